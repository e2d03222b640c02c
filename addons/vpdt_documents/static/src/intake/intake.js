import {Component, onWillStart, useExternalListener, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {FileUpload} from "@vpdt_base/file_upload/file_upload";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** Files handed in, one document to be registered each; every file has its own result. */
export class IntakeDialog extends Component {
    static template = "vpdt_documents.IntakeDialog";
    static components = {Dialog, FileUpload};
    static props = {options: Object, files: Array, onStored: Function, close: Function};
}

/** The list of incoming documents takes files that are dropped on it, or chosen. */
export class IncomingListController extends ListController {
    static template = "vpdt_documents.IncomingList";

    setup() {
        super.setup();
        this.intake = useState({options: false, over: false});
        onWillStart(async () => {
            this.intake.options = await this.orm.call("vpdt.incoming", "intake_options", []);
        });
        useExternalListener(window, "dragover", (ev) => this.onDragOver(ev));
        useExternalListener(window, "dragleave", (ev) => ev.relatedTarget || this.leave());
        useExternalListener(window, "drop", (ev) => this.onDrop(ev));
    }

    get takesFiles() {
        return this.intake.options && !document.querySelector(".modal");
    }

    onDragOver(ev) {
        if (this.takesFiles && ev.dataTransfer?.types.includes("Files")) {
            ev.preventDefault();
            this.intake.over = true;
        }
    }

    leave() {
        this.intake.over = false;
    }

    onDrop(ev) {
        if (this.takesFiles && ev.dataTransfer?.files.length) {
            ev.preventDefault();
            this.takeIn([...ev.dataTransfer.files]);
        }
        this.leave();
    }

    takeIn(files) {
        this.dialogService.add(IntakeDialog, {
            options: this.intake.options,
            files,
            onStored: () => this.model.load(),
        });
    }
}

registry.category("views").add("vpdt_incoming_list", {...listView, Controller: IncomingListController});
