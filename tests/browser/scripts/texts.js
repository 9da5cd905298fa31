// Every text that can be read or is read out, shadow trees included.
() => {
  const told = [];
  const NAMES = ["placeholder", "title", "aria-label", "aria-description", "alt", "label"];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\s+/g, " ").trim();
      if (text && getComputedStyle(node.parentElement ?? node.getRootNode().host).visibility !== "hidden") told.push(text);
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME"].includes(node.tagName)) return;
      if (["CODE", "PRE"].includes(node.tagName) || node.translate === false) return; // names of tables, written SQL
      const style = getComputedStyle(node);
      if (style.display === "none") return;
      if (style.visibility !== "hidden") {
        for (const name of NAMES) if (node.getAttribute(name)?.trim()) told.push(node.getAttribute(name).trim());
      }
    }
    if (node.shadowRoot) walk(node.shadowRoot);
    node.childNodes.forEach(walk);
  };
  told.push(document.title);
  walk(document.body);
  return told;
}
