// What the good page does with scripts. Each answer lands in <output id="heard">.
const heard = document.querySelector('#heard');
const say = text => { heard.textContent = text; };

document.documentElement.dataset.script = 'on';
const zone = document.querySelector('#zone');
zone.addEventListener('dragover', event => event.preventDefault());
zone.addEventListener('drop', async event => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  say(`dropped ${file.name} ${file.type} ${await file.text()}`);
});

const random = () => crypto.getRandomValues(new Uint8Array(32));
document.querySelector('#make').addEventListener('click', async () => {
  try {
    await navigator.credentials.create({publicKey: {
      challenge: random(), rp: {name: 'Site'}, user: {id: random(), name: 'zoe', displayName: 'Zoé'},
      pubKeyCredParams: [{type: 'public-key', alg: -7}],
      authenticatorSelection: {residentKey: 'required', userVerification: 'required'}
    }});
    say('made');
  } catch(error) {
    say(error.name);
  }
});
document.querySelector('#use').addEventListener('click', async () => {
  try {
    await navigator.credentials.get({publicKey: {challenge: random(), userVerification: 'required'}});
    say('used');
  } catch(error) {
    say(error.name);
  }
});
