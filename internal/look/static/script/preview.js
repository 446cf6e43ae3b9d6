// A form that draws while one fills it: <form data-preview="/draw.svg"> asks for
// the picture with its fields as the query, and shows it in every
// <img data-preview-image> of the page.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const images = document.querySelectorAll("[data-preview-image]");
  let timer;
  const draw = () => {
    const address = new URL(form.dataset.preview, location);
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value !== "") address.searchParams.append(name, value);
    }
    const next = new Image();
    // The old picture stays until the new one is there, or if it never comes.
    next.onload = () => images.forEach((image) => (image.src = next.src));
    next.src = address;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 250);
  });
}
