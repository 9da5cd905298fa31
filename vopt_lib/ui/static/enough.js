// Says whether this browser can show the pages: docs/browsers.md. One that cannot even read this file, because it does not
// know the newest syntax that the pages are written in, is left with the sentence that the shell holds for it.
class Pages {
  static {
    const styles = [["selector(:has(a))"], ["color", "color-mix(in srgb, red, blue)"]];
    const canRead = "toSorted" in Array.prototype && typeof structuredClone === "function";
    if (canRead && styles.every((style) => CSS.supports(...style))) document.documentElement.dataset.newEnough = "";
  }
}
