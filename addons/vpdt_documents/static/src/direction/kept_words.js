import {browser} from "@web/core/browser/browser";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";
import {registry} from "@web/core/registry";

/** A dialog that was left by Esc loses nothing: what was typed is there when the same step is opened again. */
export class KeptWordsController extends FormController {
    setup() {
        super.setup();
        // What is typed comes to the record when the field is left; Esc does not leave it.
        useExternalListener(document, "input", (ev) => {
            if (ev.target.closest?.(".o_field_widget[name=text]")) {
                this.typed = ev.target.value;
            }
        });
        onMounted(() => this.bringBack());
        onWillUnmount(() => this.keep());
    }

    get place() {
        const {incoming_id: document, task_id: task, step} = this.model.root.data;
        return `vpdt_words_${task ? `task${task.id}` : document?.id}_${step}`;
    }

    async bringBack() {
        const words = browser.sessionStorage.getItem(this.place);
        if (words && !this.model.root.data.text) {
            await this.model.root.update({text: words});
        }
    }

    keep() {
        if (this.confirmed) {
            return;
        }
        const words = this.typed ?? this.model.root.data.text;
        if (words) {
            browser.sessionStorage.setItem(this.place, words);
        } else {
            browser.sessionStorage.removeItem(this.place);
        }
    }

    /** Kept while the step is taken, in case it is refused. */
    async beforeExecuteActionButton(clickParams) {
        this.keep();
        this.confirmed = clickParams.name === "action_confirm";
        return super.beforeExecuteActionButton(...arguments);
    }

    async afterExecuteActionButton(clickParams) {
        if (clickParams.name === "action_confirm") {
            browser.sessionStorage.removeItem(this.place);
        }
        return super.afterExecuteActionButton(...arguments);
    }
}

registry.category("views").add("vpdt_kept_words", {...formView, Controller: KeptWordsController});
