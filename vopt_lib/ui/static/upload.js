// In pages that take a file (ui/upload.py): what is dropped or chosen goes to vopt beside the page, as it is, and the
// kernel is told its id, as if she had typed it into the box's hidden control.
(() => {
  "use strict";
  const pathTo = (event, wanted) => event.composedPath().find((node) => node.matches?.(wanted));
  const boxOf = (event) => pathTo(event, ".vopt-upload");
  let request = null;

  const say = (box, text, isBad = false) => {
    const told = box.querySelector("[role=status]");
    told.textContent = text;
    told.classList.toggle("is-bad", isBad);
  };

  // One after the other; the kernel is told of all that arrived when the last one is here.
  const send = (box, files, arrived = []) => {
    if (request) return;
    const [file, ...others] = files;
    if (!file) return arrived.length ? tell(arrived) : undefined;
    const told = (name) => box.dataset[name].replace("{name}", () => file.name);
    if (others.length && box.dataset.several) return say(box, box.dataset.several, true);
    if (file.size > Number(box.dataset.most)) {
      tell(arrived);
      return say(box, box.dataset.tooBig, true);
    }
    const progress = box.querySelector("progress");
    progress.value = 0;
    box.classList.add("is-under-way");
    say(box, told("underWay"));
    let isThere = false;
    request = new XMLHttpRequest();
    request.open("POST", "/own/upload");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? file.name));
    request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / (total || 1)));
    request.addEventListener("abort", () => say(box, box.dataset.cancelled));
    request.addEventListener("error", () => say(box, box.dataset.broken, true));
    request.addEventListener("load", ({ target }) => {
      if (target.status !== 200) return say(box, target.responseText || box.dataset.broken, true);
      say(box, told("arrived"));
      isThere = true;
      arrived.push(JSON.parse(target.responseText));
    });
    request.addEventListener("loadend", () => {
      request = null;
      box.classList.remove("is-under-way");
      send(box, isThere ? others : [], arrived);
    });
    request.send(file);
  };

  // The box may have been drawn anew meanwhile. No name of a file has a slash.
  const tell = (arrived) => {
    if (!arrived.length) return;
    const control = document.querySelector(".vopt-upload marimo-ui-element > *");
    const detail = { value: arrived.map(({ id, name }) => `${id} ${name}`).join("/"), element: control };
    control?.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
  };

  document.addEventListener("change", (event) => {
    const input = pathTo(event, ".vopt-upload input[type=file]");
    if (!input) return;
    send(boxOf(event), [...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });

  document.addEventListener("click", (event) => {
    if (pathTo(event, ".vopt-upload button")) request?.abort();
  });

  // A file that misses the box would else replace the page.
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!document.querySelector(".vopt-upload") || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const box = boxOf(event);
      document.querySelectorAll(".vopt-upload").forEach((one) => {
        one.classList.toggle("is-aimed-at", one === box && kind === "dragover");
      });
      if (kind === "dragover") event.dataTransfer.dropEffect = box && !request ? "copy" : "none";
      if (kind === "drop" && box) send(box, [...event.dataTransfer.files]);
    });
  }
})();
