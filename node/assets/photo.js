// Takes photos: makes them smaller here and sends them one after the other; while the desk is out of reach they wait in the page.
import { send } from "./swap.js";

let waiting = 0;

export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-photos]")) return;
    event.preventDefault();
    const body = new FormData(form);
    form.elements.photo.value = "";
    count(1);
    body.set("photo", await smaller(body.get("photo")), "photo");
    send(form.action, body).finally(() => count(-1));
  });
  window.addEventListener("beforeunload", (event) => waiting && event.preventDefault());
}

/** At most 1600 pixels on the longer side. What cannot be drawn here is sent as it is: the desk says what is the matter. @param {File} file */
async function smaller(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.82));
}

function count(more) {
  waiting += more;
  const line = document.querySelector("form[data-photos] [role=status]");
  if (line) [line.hidden, line.querySelector("output").value] = [!waiting, waiting];
}
