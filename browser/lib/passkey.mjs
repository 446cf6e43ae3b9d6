// A device that keeps passkeys, and whose owner always says yes. Pages must be
// at localhost: a passkey belongs to a name, and an IP address is none.
export async function passkey(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const {authenticatorId} = await session.send('WebAuthn.addVirtualAuthenticator', {options: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true
  }});
  return {
    // The passkeys that it holds: [{credentialId, rpId, userHandle, signCount, …}].
    async credentials() {
      return (await session.send('WebAuthn.getCredentials', {authenticatorId})).credentials;
    },
    // From now on its owner does not show up, or is not who they were.
    async refuse() {
      await session.send('WebAuthn.setUserVerified', {authenticatorId, isUserVerified: false});
    }
  };
}
