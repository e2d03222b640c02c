import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

const TOKEN = "vpdt_sign_agent_token";
const QUICK = 8000; // Milliseconds: somebody on this machine answers at once, or is not there
const PATIENT = 120000; // The person may be asked for the PIN by the agent

/** What the agent refused, or "missing" when it does not answer; `message` is for the person. */
export class AgentError extends Error {
    constructor(code) {
        super(agentMessage(code));
        this.code = code;
    }
}

export function agentMessage(code) {
    return (
        {
            missing: _t("The signing agent does not run on this machine. Start it, plug the token in, then try again."),
            origin_not_allowed: _t(
                "The signing agent does not know this address. Start it with --origin and the address of this page."
            ),
            not_paired: _t("This browser is not paired with the signing agent yet."),
            wrong_code: _t("The code is not the one that the signing agent shows."),
            code_expired: _t("The code is too old. The signing agent shows a new one."),
            pairing_shut: _t(
                "Too many wrong codes: pairing is shut for a while. Then type the code that the signing agent shows now."
            ),
            busy: _t("The signing agent is asking for the PIN already. Answer there first."),
            token_missing: _t("The token was not found. Plug it in, then try again."),
            wrong_pin: _t("The PIN is wrong. Nothing was signed. A token locks itself after a few wrong PINs."),
            pin_locked: _t("The token is locked after too many wrong PINs. Ask its issuer to unlock it."),
            key_missing: _t("The token does not hold the key of this certificate. Plug the right one in, or load the key again."),
            cancelled: _t("The signature was refused at the signing agent. Nothing was signed."),
        }[code] || _t("The signing agent refused (%s). Nothing was signed.", code)
    );
}

/** Speaks to the agent on the user's own machine (tools/sign_agent); the server never sees PIN or token. */
export class SignAgent {
    constructor(port) {
        this.url = `http://127.0.0.1:${port}/v1`;
    }

    /**
     * @returns {Object} `{state: "missing" | "foreign" | "unpaired" | "paired", pin: "page" | "agent"}`
     */
    async status() {
        try {
            const values = await this.ask("GET", "/status", undefined, QUICK);
            return {state: values.paired ? "paired" : "unpaired", pin: values.pin};
        } catch (error) {
            return {state: error.code === "origin_not_allowed" ? "foreign" : "missing", pin: "page"};
        }
    }

    async pair(code) {
        const {token} = await this.ask("POST", "/pair", {code}, QUICK);
        browser.localStorage.setItem(TOKEN, token);
    }

    async certificates() {
        return (await this.ask("GET", "/certificates", undefined, PATIENT)).certificates;
    }

    /** @returns {Object} `{signatures, certificate}`, base64 */
    sign(job, pin, document) {
        const {fingerprint, to_sign} = job;
        return this.ask("POST", "/sign", {fingerprint, to_sign, pin, document}, PATIENT);
    }

    async ask(method, path, values, patience) {
        const headers = {"Content-Type": "application/json"};
        const token = browser.localStorage.getItem(TOKEN);
        if (token) {
            headers.Authorization = `Bearer ${token}`;
        }
        let response = null;
        let answer = null;
        try {
            response = await browser.fetch(this.url + path, {
                method,
                headers,
                body: values && JSON.stringify(values),
                signal: AbortSignal.timeout(patience),
                credentials: "omit",
            });
            answer = await response.json();
        } catch {
            throw new AgentError("missing");
        }
        if (!response.ok) {
            throw new AgentError(answer.error);
        }
        return answer;
    }
}
