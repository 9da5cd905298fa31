// What is wider than the place it has: the document, its scrolling parts, and whatever sticks out on the right.
() => {
  const name = (element) => element.tagName.toLowerCase() + (element.id ? `#${element.id}` : "")
    + [...element.classList].map((one) => `.${one}`).join("");
  const told = [];
  for (const element of [document.documentElement, document.body, document.getElementById("App")]) {
    if (element && element.scrollWidth > element.clientWidth) {
      told.push(`${name(element)}: ${element.scrollWidth} > ${element.clientWidth}`);
    }
  }
  const isHeld = (element) => {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
      const { overflowX, position } = getComputedStyle(one);
      if (one.id === "App" || position === "fixed") return false;
      if (["auto", "scroll", "hidden", "clip"].includes(overflowX)) return true;
    }
    return false;
  };
  for (const element of document.body.querySelectorAll("[class*='vopt-'], h1, h2, h3, p, td, button, input, select, svg")) {
    const { right, width } = element.getBoundingClientRect();
    if (width && right > innerWidth + 1 && element.checkVisibility() && !isHeld(element)) {
      told.push(`${name(element)} ends at ${Math.round(right)} of ${innerWidth}`);
    }
  }
  return told;
}
