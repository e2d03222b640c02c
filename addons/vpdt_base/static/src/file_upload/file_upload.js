import {Component, onMounted, onWillUnmount, onWillUpdateProps, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

const MB = 1024 * 1024;

/**
 * Adds files to a document: chosen or dropped, several at once, each with its progress and its own result.
 * One request a file, one after the other, so that a refused file keeps no other from being stored.
 */
export class FileUpload extends Component {
    static template = "vpdt_base.FileUpload";
    static props = {
        model: String,
        resId: Number,
        options: Object,
        // Where the files go instead of the document, and those that are sent at once
        address: {type: String, optional: true},
        files: {type: Array, optional: true},
        onUploaded: Function,
    };

    setup() {
        this.input = useRef("input");
        this.state = useState({role: this.props.options.roles[0].value, rows: [], over: false});
        this.running = false;
        this.request = null;
        onWillUpdateProps((next) => this.keepRolePossible(next.options));
        onMounted(() => this.props.files?.length && this.add(this.props.files));
        onWillUnmount(() => this.request?.abort());
    }

    /** A role may be gone when the document has moved on, or has its main file now. */
    keepRolePossible(options) {
        if (!options.roles.some((role) => role.value === this.state.role)) {
            this.state.role = options.roles[0].value;
        }
    }

    get accept() {
        return this.props.options.extensions.join(",");
    }

    get hint() {
        const options = this.props.options;
        return _t("At most %(size)s MB a file: %(types)s", {
            size: options.max_mb,
            types: options.extensions.join(" "),
        });
    }

    onDrop(ev) {
        this.state.over = false;
        this.add(ev.dataTransfer.files);
    }

    onChoose() {
        this.add(this.input.el.files);
        this.input.el.value = "";
    }

    /** Put files into the queue and work it off. */
    add(files) {
        for (const file of files) {
            const row = {file, name: file.name, role: this.roleOfNext(), sent: 0, state: "waiting", message: ""};
            const refusal = this.refusal(file);
            if (refusal) {
                Object.assign(row, {state: "failed", message: refusal});
            }
            this.state.rows.push(row);
        }
        this.run();
    }

    /** A document has one main file: what is dropped with it is an annex; later, a corrected one takes its place. */
    roleOfNext() {
        const roles = this.props.options.roles.map((role) => role.value);
        const taken = this.state.rows.some((row) => row.role === "main" && ["waiting", "sending"].includes(row.state));
        const role = this.state.role;
        return role === "main" && taken && roles.includes("annex") ? "annex" : role;
    }

    /** What can be said without sending the file; the server checks all of it again. */
    refusal(file) {
        const options = this.props.options;
        const extension = "." + file.name.split(".").pop().toLowerCase();
        if (file.size > options.max_mb * MB) {
            return _t("It is larger than %(size)s MB. Split or compress it. %(basis)s", {
                size: options.max_mb,
                basis: options.size_basis,
            });
        }
        if (!options.extensions.includes(extension)) {
            return _t("This type of file is not allowed. Allowed are: %(types)s. %(basis)s", {
                types: options.extensions.join(" "),
                basis: options.type_basis,
            });
        }
        return "";
    }

    async run() {
        if (this.running) {
            return;
        }
        this.running = true;
        let row = null;
        let stored = false;
        while ((row = this.state.rows.find((candidate) => candidate.state === "waiting"))) {
            stored = (await this.send(row)) || stored;
        }
        this.running = false;
        if (stored) {
            this.props.onUploaded();
        }
    }

    /** Send one file; true when it was stored. */
    async send(row) {
        row.state = "sending";
        const answer = await this.post(row);
        row.file = null;
        if (answer.error) {
            Object.assign(row, {state: "failed", message: answer.error});
            return false;
        }
        Object.assign(row, {
            state: "done",
            sent: 100,
            message: answer.renamed
                ? _t("Stored as %(name)s (names: letters and digits, %(basis)s)", {
                      name: answer.name,
                      basis: this.props.options.name_basis,
                  })
                : _t("Stored"),
        });
        return true;
    }

    /** XMLHttpRequest, because fetch tells nothing about the progress of what is sent. */
    post(row) {
        const form = new FormData();
        form.append("csrf_token", odoo.csrf_token);
        form.append("role", row.role);
        form.append("file", row.file, row.name);
        return new Promise((resolve) => {
            const request = new browser.XMLHttpRequest();
            this.request = request;
            request.upload.addEventListener("progress", (ev) => {
                row.sent = ev.total ? Math.floor((100 * ev.loaded) / ev.total) : 0;
            });
            request.addEventListener("load", () => resolve(this.parse(request)));
            const lost = _t("The connection was lost. Nothing was kept; try again.");
            request.addEventListener("error", () => resolve({error: lost}));
            request.addEventListener("abort", () => resolve({error: lost}));
            request.open("POST", this.props.address || `/vpdt/upload/${this.props.model}/${this.props.resId}`);
            request.send(form);
        });
    }

    parse(request) {
        try {
            return JSON.parse(request.responseText);
        } catch {
            return {error: _t("The server did not accept the file (%s). Try again.", request.status)};
        }
    }

    clear() {
        this.state.rows = this.state.rows.filter((row) => ["waiting", "sending"].includes(row.state));
    }
}
