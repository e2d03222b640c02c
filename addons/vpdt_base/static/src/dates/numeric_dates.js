import {formatDate, formatDateTime} from "@web/views/fields/formatters";
import {DateTimeField} from "@web/views/fields/datetime/datetime_field";
import {patch} from "@web/core/utils/patch";
import {registry} from "@web/core/registry";

/** Officials write 23/11/2026, everywhere and with the year: in fields, and in the cells of lists. */
patch(DateTimeField.prototype, {
    getFormattedValue(valueIndex) {
        return super.getFormattedValue(valueIndex, true);
    },
});

function numeric(format) {
    const formatter = (value, options) => format(value, {showSeconds: false, ...options, numeric: true});
    formatter.extractOptions = format.extractOptions;
    return formatter;
}

const formatters = registry.category("formatters");
formatters.add("date", numeric(formatDate), {force: true});
formatters.add("datetime", numeric(formatDateTime), {force: true});
