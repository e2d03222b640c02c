import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {Component, onMounted, onWillUnmount, xml} from "@odoo/owl";

const EVERY = 1500;

/** Reads the record again while it is shown: put it in a part of the form that is there only while work goes on. */
export class AutoReload extends Component {
    static template = xml`<i class="fa fa-spinner fa-spin me-2" aria-hidden="true"/>`;
    static props = {...standardWidgetProps};

    setup() {
        onMounted(() => this.schedule());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    schedule() {
        this.timer = setTimeout(async () => {
            // What the user is typing is not thrown away.
            if (!(await this.props.record.isDirty())) {
                await this.props.record.load();
            }
            this.schedule();
        }, EVERY);
    }
}

registry.category("view_widgets").add("vpdt_auto_reload", {component: AutoReload});
