import {WebClient} from "@web/webclient/webclient";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {onMounted, onWillUnmount} from "@odoo/owl";
import {patch} from "@web/core/utils/patch";

const SETTLE_MS = 150;

/**
 * What Odoo's own pages say wrongly to a reader of the screen, and what is said instead (Thông tư 26/2020/TT-BTTTT).
 * Found by axe-core; tests/browser/test_accessibility.py looks whether anything new has come.
 */
const MENDED = [
    // Roles of a menu without its items, or of items without a menu
    [".o_menu_sections[role=menu], .o_menu_systray[role=menu], .o_main_navbar [role=menuitem]", (el) => el.removeAttribute("role")],
    [".o_searchview[aria-autocomplete]", (el) => el.removeAttribute("aria-autocomplete")],
    [".o_searchview[aria-expanded]", (el) => el.removeAttribute("aria-expanded")],
    [".o_searchview_input[aria-selected]", (el) => el.removeAttribute("aria-selected")],
    ["div.o-dropdown[aria-expanded]:not([role])", (el) => el.removeAttribute("aria-expanded")],
    [".o-mail-Message-avatarContainer[aria-label]:not([role])", (el) => el.setAttribute("role", "button")],
    [".o_notebook_headers ul.nav:not([role])", (el) => el.setAttribute("role", "tablist")],
    ["ul.nav[role=tablist] > li:not([role])", (el) => el.setAttribute("role", "presentation")],
    // What has no name
    ["i[role=img]:not([aria-label]):not([title])", (el) => hide(el)],
    ["input.form-check-input:not([aria-label])", (el) => el.labels?.length && el.labels[0].innerText.trim() ? null : el.setAttribute("aria-label", _t("Tick"))],
    [".o_control_panel_navigation button:has(> .fa-search):not([aria-label])", (el) => el.setAttribute("aria-label", _t("Search"))],
    ["button.o_back_button:not([aria-label])", (el) => el.setAttribute("aria-label", _t("Back"))],
    ["button.o_button_more:not([aria-label])", (el) => el.setAttribute("aria-label", _t("More"))],
    ["a.o_menu_toggle:not([aria-label])", (el) => el.setAttribute("aria-label", _t("Menu"))],
    [".o_optional_columns_dropdown button:not([aria-label])", (el) => el.setAttribute("aria-label", _t("Columns"))],
    ["img.o-mail-Message-avatar:not([alt]), img.o_avatar:not([alt]), .o_avatar img:not([alt])", (el) => el.setAttribute("alt", "")],
    // A word that no browser knows, meant to keep it from filling in
    ["input[autocomplete=selectMenuAutocompleteOff]", (el) => el.setAttribute("autocomplete", "off")],
];

function hide(el) {
    el.removeAttribute("role");
    el.setAttribute("aria-hidden", "true");
}

/** Mend what is on the page now. */
export function mend(root = document) {
    for (const [selector, say] of MENDED) {
        root.querySelectorAll(selector).forEach(say);
    }
}

patch(WebClient.prototype, {
    setup() {
        super.setup(...arguments);
        let timer = null;
        const soon = () => {
            timer ??= browser.setTimeout(() => {
                timer = null;
                mend();
            }, SETTLE_MS);
        };
        const observer = new MutationObserver(soon);
        onMounted(() => {
            soon();
            observer.observe(document.body, {childList: true, subtree: true});
        });
        onWillUnmount(() => {
            browser.clearTimeout(timer);
            observer.disconnect();
        });
    },
});
