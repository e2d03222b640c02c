import { Chatter } from "@mail/chatter/web_portal/chatter";
import { Composer } from "@mail/core/common/composer";
import { patch } from "@web/core/utils/patch";

/** Files of a document are added in its file pane, which checks them; the conversation beside it takes none. */
export function takesFiles(model) {
    return !(model || "").startsWith("vpdt.");
}

patch(Chatter.prototype, {
    get takesFiles() {
        return takesFiles(this.props.threadModel);
    },
});

patch(Composer.prototype, {
    get allowUpload() {
        const thread = this.props.composer.thread || this.props.composer.message?.thread;
        return super.allowUpload && takesFiles(thread?.model);
    },
});
