// Resolves when nothing has changed for a moment, shadow trees and fonts included.
async () => {
  const QUIET_MS = 250;
  const MOST_MS = 15000;
  await document.fonts.ready;
  await new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => watch());
    const end = setTimeout(() => reject(new Error("the page does not stand still")), MOST_MS);
    let quiet = 0;
    const seen = new Set();
    const watch = () => {
      const places = [document];
      while (places.length) {
        const place = places.pop();
        if (!seen.has(place)) observer.observe(place, { subtree: true, childList: true, characterData: true });
        seen.add(place);
        for (const element of place.querySelectorAll("*")) if (element.shadowRoot) places.push(element.shadowRoot);
      }
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        clearTimeout(end);
        observer.disconnect();
        resolve();
      }, QUIET_MS);
    };
    watch();
  });
}
