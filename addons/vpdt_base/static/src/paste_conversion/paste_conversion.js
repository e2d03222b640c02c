import {Component} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {registry} from "@web/core/registry";

/** Shows text in an old encoding before and after, and asks whether to take the converted one. */
export class PasteConversionDialog extends Component {
    static template = "vpdt_base.PasteConversionDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        encoding: String,
        before: String,
        after: String,
        confirm: Function,
    };

    get encodingName() {
        return {tcvn3: "TCVN3 (ABC)", vni: "VNI"}[this.props.encoding];
    }

    confirm() {
        this.props.confirm();
        this.props.close();
    }
}

const FIELDS = ".o_field_char input, .o_field_text textarea, .o_field_widget input.o_input[type='text']";

// Letters that TCVN3 and VNI are written with, and letters that only true Unicode Vietnamese has. Asking the server
// about every paste would be slow and tell it what nobody has saved: it is asked about what looks odd only.
const LEGACY_LETTERS = /[\u00a1-\u00ff]/;
const UNICODE_LETTERS = /[ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9\u0300-\u036f]/;

/** Whether text may be in an old encoding; the server decides. */
export function looksLegacy(text) {
    return LEGACY_LETTERS.test(text) && !UNICODE_LETTERS.test(text.normalize("NFC"));
}

/** What an input keeps of a pasted text: one line has no line ends. */
function asPasted(element, text) {
    return element.tagName === "TEXTAREA" ? text.replace(/\r\n?/g, "\n") : text.replace(/[\r\n]+/g, "");
}

/**
 * Put `after` in the place of the pasted `before`, at or after `start`, and let the field know as if it were typed.
 * Nothing happens when the text has been changed meanwhile.
 */
export function replacePasted(element, start, before, after) {
    const at = element.value.indexOf(before, Math.max(0, start));
    if (at < 0) {
        return false;
    }
    const value = element.value.slice(0, at) + after + element.value.slice(at + before.length);
    const prototype = element.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(element, value);
    element.dispatchEvent(new InputEvent("input", {bubbles: true}));
    element.dispatchEvent(new Event("change", {bubbles: true}));
    element.focus();
    element.setSelectionRange(at + after.length, at + after.length);
    return true;
}

export const pasteConversionService = {
    dependencies: ["orm", "dialog"],
    start(env, {orm, dialog}) {
        async function onPaste(event) {
            const element = event.target;
            const text = event.clipboardData?.getData("text/plain") || "";
            if (!element.matches?.(FIELDS) || element.readOnly || !looksLegacy(text)) {
                return;
            }
            const start = element.selectionStart;
            const offer = await orm.silent.call("vpdt.text", "offer_conversion", [text]);
            if (!offer || !element.isConnected) {
                return;
            }
            dialog.add(PasteConversionDialog, {
                ...offer,
                confirm: () =>
                    replacePasted(element, start, asPasted(element, offer.before), asPasted(element, offer.after)),
            });
        }
        document.addEventListener("paste", onPaste, true);
    },
};

registry.category("services").add("vpdt_paste_conversion", pasteConversionService);
