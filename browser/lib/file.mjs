// Files go in and out of pages. A file is {name, type, bytes}: its name, its
// media type, its content as a Buffer.
import {readFile} from 'node:fs/promises';

// upload chooses files for the field with that label.
export async function upload(page, label, files) {
  await page.getByLabel(label).setInputFiles(
    [files].flat().map(({name, type, bytes}) => ({name, mimeType: type, buffer: bytes})));
}

// download does something that makes the browser save a file, and returns
// {name, bytes}.
export async function download(page, action) {
  const [saved] = await Promise.all([page.waitForEvent('download'), action()]);
  return {name: saved.suggestedFilename(), bytes: await readFile(await saved.path())};
}

// drop drags files from the desktop over the element and lets go.
export async function drop(page, selector, files) {
  const dataTransfer = await page.evaluateHandle(files => {
    const transfer = new DataTransfer();
    for(const {name, type, base64} of files) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name, {type}));
    }
    return transfer;
  }, [files].flat().map(({name, type, bytes}) => ({name, type, base64: bytes.toString('base64')})));
  for(const event of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent(selector, event, {dataTransfer});
  }
}
