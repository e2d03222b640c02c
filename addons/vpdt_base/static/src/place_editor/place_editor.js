import {Component, onPatched, onWillStart, useExternalListener, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const STEP = 1; // points an arrow key moves; ten times as far with Shift
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const MIN = {width: 30, height: 18};

/**
 * The pages of a draft with the places of number, date, signatures and seal as boxes. They are moved with the mouse, a
 * finger, or the keyboard: Tab to the next box, arrows, Shift for ten times as far, Ctrl to make a signature's place larger
 * or smaller, Page Up and Page Down to the next page. Lengths are points from the upper left corner of the page.
 */
export class PlaceEditor extends Component {
    static template = "vpdt_base.PlaceEditor";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.pagesRef = useRef("pages");
        this.params = this.props.action.params;
        this.drag = null;
        this.state = useState({data: null, spots: [], error: "", busy: false, said: ""});
        onWillStart(async () => {
            this.state.data = await this.orm.call(this.params.model, "place_data", [[this.params.res_id]]);
            this.state.spots = this.state.data.spots;
        });
        onPatched(() => {
            if (this.refocus) {
                this.pagesRef.el.querySelector(`[data-key="${this.refocus}"]`)?.focus();
                this.refocus = null;
            }
        });
        useExternalListener(window, "pointermove", (event) => this.onPointerMove(event));
        useExternalListener(window, "pointerup", () => (this.drag = null));
        useExternalListener(window, "pointercancel", () => (this.drag = null));
    }

    get pages() {
        return this.state.data.pages.map((page, index) => ({...page, index}));
    }

    spotsOf(index) {
        return this.state.spots.filter((spot) => spot.page === index);
    }

    label(spot) {
        return this.state.data.labels[spot.key];
    }

    describe(spot) {
        const millimetres = (points) => Math.round((points / 72) * 25.4);
        return _t("%(name)s: page %(page)s, %(left)s mm from the left, %(top)s mm from the top", {
            name: this.label(spot),
            page: spot.page + 1,
            left: millimetres(spot.x),
            top: millimetres(spot.y),
        });
    }

    style(spot) {
        const page = this.state.data.pages[spot.page];
        const part = (value, whole) => `${(value / whole) * 100}%`;
        return (
            `left:${part(spot.x, page.width)};top:${part(spot.y, page.height)};` +
            `width:${part(spot.width, page.width)};height:${part(spot.height, page.height)}`
        );
    }

    spotClass(spot) {
        const kind = spot.key === "agency" ? "seal" : spot.key.startsWith("person_") ? "person" : "text";
        return `o_vpdt_spot_${kind} ${spot.found ? "" : "o_vpdt_spot_guess"}`;
    }

    // Moving ------------------------------------------------------------------

    move(spot, dx, dy) {
        const before = {x: spot.x, y: spot.y};
        this.put(spot, spot.x + dx, spot.y + dy);
        // The seal keeps its place over the left third of the signature.
        const seal = this.state.spots.find((other) => other.key === "agency");
        if (spot.key === "person_1" && seal && seal.page === spot.page) {
            this.put(seal, seal.x + spot.x - before.x, seal.y + spot.y - before.y);
        }
        this.state.said = this.describe(spot);
    }

    put(spot, x, y) {
        const page = this.state.data.pages[spot.page];
        spot.x = Math.round(Math.min(Math.max(0, x), page.width - spot.width) * 100) / 100;
        spot.y = Math.round(Math.min(Math.max(0, y), page.height - spot.height) * 100) / 100;
        spot.found = true;
    }

    resize(spot, dx, dy) {
        if (!spot.key.startsWith("person_")) {
            return; // the seal has its real size, number and date that of their line
        }
        const page = this.state.data.pages[spot.page];
        spot.width = Math.min(Math.max(MIN.width, spot.width + dx), page.width - spot.x);
        spot.height = Math.min(Math.max(MIN.height, spot.height + dy), page.height - spot.y);
        spot.found = true;
    }

    toPage(spot, index) {
        if (index < 0 || index >= this.state.data.pages.length) {
            return;
        }
        const moved = [spot];
        const seal = this.state.spots.find((other) => other.key === "agency");
        if (spot.key === "person_1" && seal && seal.page === spot.page) {
            moved.push(seal);
        }
        for (const one of moved) {
            one.page = index;
            this.put(one, one.x, one.y);
        }
        this.state.said = this.describe(spot);
        this.refocus = spot.key; // the box is drawn anew on the other page
    }

    onKeydown(event, spot) {
        if (event.key === "PageUp" || event.key === "PageDown") {
            event.preventDefault();
            this.toPage(spot, spot.page + (event.key === "PageUp" ? -1 : 1));
            return;
        }
        const arrow = ARROWS[event.key];
        if (!arrow) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        const step = event.shiftKey ? 10 * STEP : STEP;
        const [dx, dy] = arrow.map((part) => part * step);
        if (event.ctrlKey) {
            this.resize(spot, dx, dy);
        } else {
            this.move(spot, dx, dy);
        }
    }

    onPointerDown(event, spot) {
        if (event.button) {
            return;
        }
        event.preventDefault();
        event.target.closest(".o_vpdt_spot").focus();
        const sheet = event.target.closest(".o_vpdt_sheet").getBoundingClientRect();
        const scale = this.state.data.pages[spot.page].width / sheet.width;
        this.drag = {spot, scale, x: event.clientX, y: event.clientY};
    }

    onPointerMove(event) {
        if (!this.drag) {
            return;
        }
        const {spot} = this.drag;
        const sheets = [...this.pagesRef.el.querySelectorAll(".o_vpdt_sheet")];
        const below = sheets.findIndex((sheet) => {
            const box = sheet.getBoundingClientRect();
            return event.clientY >= box.top && event.clientY <= box.bottom;
        });
        if (below >= 0 && below !== spot.page) {
            const box = sheets[below].getBoundingClientRect();
            const scale = this.state.data.pages[below].width / box.width;
            this.toPage(spot, below);
            this.put(spot, (event.clientX - box.left) * scale - spot.width / 2, (event.clientY - box.top) * scale);
            Object.assign(this.drag, {scale, x: event.clientX, y: event.clientY});
            return;
        }
        this.move(spot, (event.clientX - this.drag.x) * this.drag.scale, (event.clientY - this.drag.y) * this.drag.scale);
        Object.assign(this.drag, {x: event.clientX, y: event.clientY});
    }

    // Leaving -----------------------------------------------------------------

    async save() {
        this.state.busy = true;
        this.state.error = "";
        try {
            await this.orm.silent.call(this.params.model, "set_places", [
                [this.params.res_id],
                this.state.spots.map(({key, page, x, y, width, height}) => ({key, page, x, y, width, height})),
            ]);
        } catch (error) {
            this.state.error = error.data?.message || _t("The server did not answer. Nothing is lost; try again.");
            return;
        } finally {
            this.state.busy = false;
        }
        this.notification.add(_t("The places are on the PDF."), {type: "success"});
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }

    cancel() {
        this.action.doAction({type: "ir.actions.act_window_close"});
    }
}

registry.category("actions").add("vpdt_place_editor", PlaceEditor);
