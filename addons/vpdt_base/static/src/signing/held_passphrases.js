/**
 * The browser's half of held passphrases (vpdt.signing.key, hold_passphrase): the keys to boxes that lie in the session
 * on the server. In the memory of this page only: gone with a reload.
 */
const HELD_FOR = 15 * 60 * 1000;
const tickets = new Map();

export function heldTicket(keyId) {
    const held = tickets.get(keyId);
    if (held && held.until < Date.now()) {
        tickets.delete(keyId);
        return null;
    }
    return held ? held.ticket : null;
}

export async function hold(orm, keyId, passphrase) {
    const ticket = await orm.silent.call("vpdt.signing.key", "hold_passphrase", [[keyId], passphrase]);
    tickets.set(keyId, {ticket, until: Date.now() + HELD_FOR});
}

export function dropTicket(keyId) {
    tickets.delete(keyId);
}

export async function forgetTickets(orm) {
    tickets.clear();
    await orm.silent.call("vpdt.signing.key", "forget_passphrases", []);
}
