import {BaseImportModel} from "@base_import/import_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** A file in TCVN3 or VNI: said with samples, converted when the box beside the preview is ticked. */
patch(BaseImportModel.prototype, {
    async init() {
        await super.init(...arguments);
        this.importOptionsValues.vpdt_convert_legacy = {reloadParse: true, value: false};
    },

    _getCSVFormattingOptions() {
        const options = super._getCSVFormattingOptions(...arguments);
        options.encoding.options.push("windows-1258"); // Excel's CSV on a Vietnamese Windows
        return options;
    },

    _onLoadSuccess(res) {
        super._onLoadSuccess(...arguments);
        if (!res.vpdt_legacy?.length) {
            return;
        }
        const samples = res.vpdt_legacy.map(({before, after}) => `“${before}” → “${after}”`);
        if (this.importOptionsValues.vpdt_convert_legacy.value) {
            this._addMessage("info", [_t("Old text (TCVN3, VNI) is converted to Unicode:"), ...samples]);
        } else {
            this._addMessage("warning", [
                _t("The file has text in an old encoding (TCVN3, VNI). Tick “Convert old text” to convert it:"),
                ...samples,
            ]);
        }
    },
});
