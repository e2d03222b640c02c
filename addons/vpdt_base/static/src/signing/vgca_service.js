import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

const QUICK = 5000; // Milliseconds: a service that runs answers at once
const PATIENT = 600000; // The person chooses the place, the picture, and types the PIN

/** What VGCA Sign Service refused, or why it does not answer; `message` is for the person. */
export class VgcaError extends Error {
    constructor(code, message) {
        super(message || vgcaMessage(code));
        this.code = code;
    }
}

export function vgcaMessage(code) {
    return {
        missing: _t(
            "VGCA Sign Service does not answer on this machine. Start it (its icon is beside the clock), plug the token in, then try again. If it is not installed, ask the administrator for it."
        ),
        denied: _t(
            "The browser does not let this page speak to programs on this machine. Allow it for this address in the settings of the browser (local network, apps on this device), then try again."
        ),
        cancelled: _t("VGCA Sign Service was closed before it had signed. Nothing was signed."),
        late: _t("VGCA Sign Service has not answered for ten minutes. Nothing was signed; press Sign again."),
        not_stored: _t(
            "VGCA Sign Service says that it has signed, but its file did not arrive here. Press Sign again; nothing is lost."
        ),
        no_certificate: _t("VGCA Sign Service did not name a certificate. Plug the token in, then try again."),
        refused: _t("VGCA Sign Service refused. Nothing was signed."),
    }[code];
}

/**
 * Speaks to the program of the Government Cipher Committee on the person's own machine: one connection a call, one text
 * there, one text back. The file does not pass through the page: the program fetches and posts it itself.
 */
export class VgcaService {
    constructor({address}) {
        this.address = address;
    }

    /** @throws {VgcaError} when it does not answer within seconds */
    async probe() {
        try {
            await this.send("GetVersion", "GetVersion", QUICK);
        } catch (error) {
            if (error.code !== "cancelled") {
                throw new VgcaError((await isDenied()) ? "denied" : "missing");
            }
        }
    }

    /** @returns {String} base64 of the certificate that the person chose */
    async certificate() {
        await this.probe();
        const {CertInfo: found} = answerOf(await this.send("GetCertInfo", "get_cert_info", PATIENT));
        if (!found?.Base64Data) {
            throw new VgcaError("no_certificate");
        }
        return found.Base64Data;
    }

    /** Has one file signed; whether it arrived, only the server says. */
    async sign(name, values) {
        return answerOf(await this.send(name, JSON.stringify(values), PATIENT));
    }

    send(path, text, patience) {
        return new Promise((resolve, reject) => {
            let opened = false;
            const socket = new WebSocket(`${this.address}/${path}`);
            const late = () => finish(reject, new VgcaError(opened && patience > QUICK ? "late" : "missing"));
            const timer = browser.setTimeout(late, patience);
            const finish = (settle, value) => {
                browser.clearTimeout(timer);
                settle(value);
                socket.close();
            };
            socket.onopen = () => {
                opened = true;
                socket.send(text);
            };
            socket.onmessage = (event) => finish(resolve, event.data);
            socket.onclose = () => finish(reject, new VgcaError(opened ? "cancelled" : "missing"));
        });
    }
}

function answerOf(text) {
    let answer = null;
    try {
        answer = JSON.parse(text);
    } catch {
        throw new VgcaError("refused");
    }
    if (Number(answer?.Status) !== 0) {
        const said = String(answer?.Message || answer?.Error || "").slice(0, 300);
        throw new VgcaError("refused", said && _t("VGCA Sign Service refused: %s. Nothing was signed.", said));
    }
    return answer;
}

/** Whether the browser was told that this page may not open connections to this machine (Chromium). */
async function isDenied() {
    for (const name of ["loopback-network", "local-network-access"]) {
        try {
            const {state} = await browser.navigator.permissions.query({name});
            if (state === "denied") {
                return true;
            }
        } catch {
            continue; // A browser that does not know the permission does not ask for it
        }
    }
    return false;
}
