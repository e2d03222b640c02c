import {AgentError} from "./sign_agent";
import {dropTicket, heldTicket, hold} from "./held_passphrases";
import {VgcaError, VgcaService} from "./vgca_service";
import {rpc} from "@web/core/network/rpc";

/** Says whether the authority revoked the certificate; the first thing the dialog does. */
export async function checkCertificate(orm, key) {
    const found = await orm.silent.call("vpdt.signing.key", "check_certificate", [[key.id]]);
    return {refused: found.status === "revoked" && found.message, note: found.status === "unknown" && found.message};
}

/**
 * Takes one step of a document with a key, whichever kind it is. A second call changes nothing.
 *
 * @param {Object} document `{model, id, name}`
 * @param {String} step name of the step, "sign" or "seal"
 * @param {Object} key one of sign_options()
 * @param {Object} answers what KeySecrets asked for
 */
export async function signStep(orm, document, step, key, answers) {
    const {model, id} = document;
    if (key.kind === "csc") {
        const job = await orm.silent.call(model, "begin_signature", [[id], step, key.id]);
        const values = job && {session_id: job.session, pin: answers.secret, otp: answers.otp};
        return job && rpc("/vpdt/signing/remote", values, {silent: true});
    }
    if (key.kind === "token") {
        return signWithToken(orm, document, step, key, answers);
    }
    if (key.kind === "vgca") {
        return signWithVgca(orm, document, step, key);
    }
    const secret = await secretOf(orm, key, answers);
    try {
        return await orm.silent.call(model, step, [[id], key.id, secret]);
    } catch (error) {
        dropTicket(key.id);
        throw error;
    }
}

async function signWithToken(orm, {model, id, name}, step, key, answers) {
    if (!answers.agent) {
        throw new AgentError("missing");
    }
    const job = await orm.silent.call(model, "begin_signature", [[id], step, key.id]);
    if (!job) {
        return false;
    }
    const {signatures, certificate} = await answers.agent.sign(job, answers.secret, name);
    return orm.silent.call(model, "finish_signature", [[id], job.session, signatures, certificate]);
}

/** Each file is asked for until the server has it: what the program answers is a hint. */
async function signWithVgca(orm, {model, id}, step, key) {
    const service = new VgcaService(await orm.silent.call("vpdt.signing.key", "vgca_settings", []));
    await service.probe();
    const job = await orm.silent.call(model, "begin_signature", [[id], step, key.id]);
    for (const call of job ? job.calls : []) {
        await signFile(service, call, () => orm.silent.call(model, "returned_parts", [[id], job.session]));
    }
    return job && orm.silent.call(model, "finish_outside", [[id], job.session]);
}

async function signFile(service, call, returned) {
    for (let turn = 0; turn < 2; turn++) {
        let failure = new VgcaError("not_stored");
        try {
            await service.sign(call.function, call.values);
        } catch (error) {
            failure = error;
        }
        if ((await returned()).includes(call.part)) {
            return;
        }
        if (failure.code !== "not_stored" || turn) {
            throw failure;
        }
    }
}

/** What a key on the server is opened with: passphrase or PIN as typed, or the ticket of a held passphrase. */
export async function secretOf(orm, key, answers) {
    if (key.kind !== "pkcs12") {
        return answers.secret;
    }
    if (answers.keep && answers.secret) {
        await hold(orm, key.id, answers.secret);
    }
    const ticket = heldTicket(key.id);
    return ticket ? {ticket} : answers.secret;
}
