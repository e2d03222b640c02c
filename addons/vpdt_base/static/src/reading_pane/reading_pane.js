import {Component, markup, onMounted, onWillStart, onWillUnmount, onWillUpdateProps, useState} from "@odoo/owl";
import {FileUpload} from "../file_upload/file_upload";
import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Steps} from "../steps/steps";
import {SignatureDialog} from "../signature_dialog/signature_dialog";

const HIDDEN = "vpdt_reading_pane_hidden";
// While a file waits for its virus check or its preview, the pane looks again.
const LOOK_AGAIN_MS = 3000;
const LOOKS = 100;

/** The files of a document as tabs, the pages of the chosen one as pictures: read where it is handled. */
export class ReadingPane extends Component {
    static template = "vpdt_base.ReadingPane";
    static components = {FileUpload};
    static props = {model: String, resId: Number, version: String, onFilesChanged: {type: Function, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({
            files: [],
            current: null,
            banner: "",
            upload: null,
            adding: false,
            found: null,
            hidden: browser.localStorage.getItem(HIDDEN) === "1",
        });
        this.looks = 0;
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => {
            this.looks = 0;
            if (next.resId !== this.props.resId) {
                Object.assign(this.state, {adding: false, found: null, current: null});
            }
            return this.load(next);
        });
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    async load(props) {
        browser.clearTimeout(this.timer);
        const pane = await this.orm.call(props.model, "file_pane", [[props.resId]]);
        Object.assign(this.state, {files: pane.files, banner: pane.banner, upload: pane.upload});
        // Open where there is nothing to read yet, and then until it is closed: the results stay on screen.
        this.state.adding = this.canAdd && (this.state.adding || !pane.files.length);
        const known = this.state.files.find((file) => file.id === this.state.current?.id);
        this.state.current = known || this.state.files[0] || null;
        const waits = pane.files.some((file) => file.scan_state === "waiting" || ["waiting", "retrying"].includes(file.shown));
        if (waits && this.looks++ < LOOKS) {
            this.timer = browser.setTimeout(() => this.lookAgain(), LOOK_AGAIN_MS);
        }
    }

    /** Nobody has pressed anything: a server that does not answer now is asked again later, without a dialog. */
    async lookAgain() {
        try {
            await this.load(this.props);
        } catch {
            this.timer = browser.setTimeout(() => this.lookAgain(), 10 * LOOK_AGAIN_MS);
        }
    }

    /** A preview, searchable copy or text that could not be made is asked for again. */
    async retry() {
        await this.orm.call("vpdt.file", "retry_reading", [[this.state.current.id]]);
        this.looks = 0;
        await this.load(this.props);
    }

    get canAdd() {
        return Boolean(this.state.upload?.roles.length);
    }

    async uploaded() {
        this.looks = 0;
        await this.load(this.props);
        this.props.onFilesChanged?.();
    }

    /** Look for words in all files of the document; a hit leads to its page. */
    async find(ev) {
        const words = ev.target.value.trim();
        if (!words) {
            this.state.found = null;
            return;
        }
        const hits = await this.orm.call(this.props.model, "find_in_files", [[this.props.resId], words]);
        this.state.found = hits.map((hit) => ({...hit, html: markup(hit.html)}));
    }

    nameOf(hit) {
        return this.state.files.find((file) => file.id === hit.file)?.label || "";
    }

    show(hit) {
        this.state.current = this.state.files.find((file) => file.id === hit.file) || this.state.current;
        browser.setTimeout(() => {
            document.querySelector(`.o_vpdt_page[data-page="${hit.page}"]`)?.scrollIntoView({behavior: "smooth"});
        });
    }

    get pages() {
        const file = this.state.current;
        return file && !file.hindrance && ["own", "rendition"].includes(file.shown) ? Array.from({length: file.pages}, (_, i) => i + 1) : [];
    }

    toggle() {
        this.state.hidden = !this.state.hidden;
        browser.localStorage.setItem(HIDDEN, this.state.hidden ? "1" : "0");
    }

    get toggleTitle() {
        return this.state.hidden ? _t("Show the document") : _t("Hide the document");
    }

    showSignatures(file) {
        this.dialog.add(SignatureDialog, {fileId: file.id, onChecked: () => this.load(this.props)});
    }

    verdictClass(file) {
        if (file.verdict === "valid") {
            return "text-bg-success";
        }
        return ["valid_unknown_trust", "not_checked", "not_signed"].includes(file.verdict) ? "text-bg-warning" : "text-bg-danger";
    }
}

export class DocumentFormRenderer extends FormRenderer {
    static template = "vpdt_base.DocumentFormRenderer";
    static components = {...FormRenderer.components, ReadingPane, Steps};

    setup() {
        super.setup();
        // Below 1,200 px one sees either the form or the page
        this.split = useState({page: false});
    }

    /** The page takes the side of a wide screen, so the talk stays below the form. */
    mailLayout() {
        const layout = super.mailLayout(...arguments);
        return layout === "SIDE_CHATTER" ? "BOTTOM_CHATTER" : layout;
    }

    /** On a phone the steps are under the thumb, over the form and over the page alike. */
    get stepsBelow() {
        return this.env.isSmall && this.props.record.resId && "next_steps" in this.props.record.activeFields;
    }

    /** Fields of the form that depend on its files; what has been typed and not saved stays. */
    async filesChanged() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }

    /** Changes when the record was saved or reloaded, so that the pane asks for its files anew. */
    get filesVersion() {
        const record = this.props.record;
        return `${record.data.state}-${record.data.file_ids?.count}-${record.data.file_ids?.resIds?.join()}-${record.data.main_verdict}`;
    }
}

/** Shows the document as it is now when somebody else, or the exchange, has moved it on. */
export class DocumentFormController extends FormController {
    setup() {
        super.setup();
        const reload = (changed) => this.onDocumentChanged(changed);
        this.bus = useService("bus_service");
        onMounted(() => this.bus.subscribe("vpdt_document_changed", reload));
        onWillUnmount(() => this.bus.unsubscribe("vpdt_document_changed", reload));
    }

    async onDocumentChanged({model, id}) {
        const root = this.model.root;
        if (root.resModel === model && root.resId === id && !(await root.isDirty())) {
            await root.load();
        }
    }
}

export const documentFormView = {
    ...formView,
    Controller: DocumentFormController,
    Renderer: DocumentFormRenderer,
};

registry.category("views").add("vpdt_document_form", documentFormView);
