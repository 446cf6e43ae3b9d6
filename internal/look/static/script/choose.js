// Suggestions under a field: <div data-choose="/skills.json"> around a text
// field and the hidden field of the chosen id. The address answers
// [{"id": "…", "label": "…", "detail": "…"}] to ?q=. Keys and roles are those of
// the ARIA pattern "combobox with list autocomplete".
for (const box of document.querySelectorAll("[data-choose]")) {
  const [input, chosen] = box.querySelectorAll("input");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = input.id + "-list";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
  said.className = "unseen";
  said.setAttribute("aria-live", "polite");
  box.append(list, said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let timer, at = -1, asked = 0;
  const close = () => {
    clearTimeout(timer);
    asked++; // what is still on its way comes too late
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const point = (next) => {
    const options = list.children;
    if (!options.length) return;
    if (at >= 0) options[at].setAttribute("aria-selected", "false");
    at = (next + options.length) % options.length;
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  };
  const take = (option) => {
    input.value = option.dataset.label;
    chosen.value = option.dataset.id;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  };
  const show = (found) => {
    list.replaceChildren(...found.map(({ id, label, detail }, i) => {
      const option = document.createElement("li");
      option.setAttribute("role", "option");
      option.id = list.id + "-" + i;
      option.setAttribute("aria-selected", "false");
      option.dataset.id = id;
      option.dataset.label = label;
      option.append(label);
      if (detail) {
        const small = document.createElement("small");
        small.append(detail);
        option.append(small);
      }
      return option;
    }));
    at = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    said.textContent = found.length ? found.length + " " + box.dataset.some : box.dataset.none;
  };
  const ask = async () => {
    const mine = ++asked;
    const address = new URL(box.dataset.choose, location);
    address.searchParams.set("q", input.value);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      if (mine === asked) show(found.slice(0, 20));
    } catch {
      close(); // the field stays a field
    }
  };
  input.addEventListener("input", () => {
    chosen.value = "";
    clearTimeout(timer);
    if (input.value.trim().length < 2) return close();
    timer = setTimeout(ask, 200);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void ask();
      if (event.key === "ArrowDown") point(at + 1);
      else point(at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(list.children[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") close();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}
