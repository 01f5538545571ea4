// Passkeys: the browser's part of adding one and of signing in with one. Forms marked data-passkey are shown only here,
// where the browser can do it; a password and a code always work without.
const KINDS = { "sign-in": "get", answer: "get", add: "create" };

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
}

function text(buffer) {
  const characters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded({ publicKey }) {
  const named = (list = []) => list.map((item) => ({ ...item, id: bytes(item.id) }));
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) options.excludeCredentials = named(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) options.allowCredentials = named(publicKey.allowCredentials);
  return options;
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function asked(form) {
  const data = document.getElementById("passkey-data");
  if (data) return JSON.parse(data.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
  return answer.json();
}

async function ceremony(form) {
  const data = await asked(form);
  const options = decoded(data.request_options ?? data.creation_options);
  const alone = form.elements.passwordless;
  if (alone) {
    const want = options.authenticatorSelection;
    want.residentKey = alone.checked ? "required" : "discouraged";
    want.requireResidentKey = alone.checked;
    if (alone.checked) want.userVerification = "required";
  }
  const credential = await navigator.credentials[KINDS[form.dataset.passkey]]({ publicKey: options });
  form.elements.credential.value = encoded(credential);
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        await ceremony(form);
      } catch {
        failed.hidden = false;
      }
    });
  }
}
