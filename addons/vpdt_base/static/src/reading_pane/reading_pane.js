import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {browser} from "@web/core/browser/browser";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {SignatureDialog} from "../signature_dialog/signature_dialog";

const HIDDEN = "vpdt_reading_pane_hidden";

/** The files of a document as tabs, the pages of the chosen one as pictures: read where it is handled. */
export class ReadingPane extends Component {
    static template = "vpdt_base.ReadingPane";
    static props = {model: String, resId: Number, version: String};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({files: [], current: null, hidden: browser.localStorage.getItem(HIDDEN) === "1"});
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((next) => this.load(next));
    }

    async load(props) {
        this.state.files = await this.orm.call(props.model, "file_tabs", [[props.resId]]);
        const known = this.state.files.find((file) => file.id === this.state.current?.id);
        this.state.current = known || this.state.files[0] || null;
    }

    get pages() {
        const file = this.state.current;
        return file && file.mimetype === "application/pdf" ? Array.from({length: file.pages}, (_, i) => i + 1) : [];
    }

    toggle() {
        this.state.hidden = !this.state.hidden;
        browser.localStorage.setItem(HIDDEN, this.state.hidden ? "1" : "0");
    }

    showSignatures(file) {
        this.dialog.add(SignatureDialog, {fileId: file.id, onChecked: () => this.load(this.props)});
    }

    verdictClass(file) {
        if (file.verdict === "valid") {
            return "text-bg-success";
        }
        return ["valid_unknown_trust", "not_signed"].includes(file.verdict) ? "text-bg-warning" : "text-bg-danger";
    }
}

export class DocumentFormRenderer extends FormRenderer {
    static template = "vpdt_base.DocumentFormRenderer";
    static components = {...FormRenderer.components, ReadingPane};

    /** Changes when the record was saved or reloaded, so that the pane asks for its files anew. */
    get filesVersion() {
        const record = this.props.record;
        return `${record.data.state}-${record.data.file_ids?.count}-${record.data.file_ids?.resIds?.join()}`;
    }
}

export const documentFormView = {
    ...formView,
    Controller: FormController,
    Renderer: DocumentFormRenderer,
};

registry.category("views").add("vpdt_document_form", documentFormView);
