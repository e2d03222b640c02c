// Sends a dropped file as it is and shows the answer in place. Without this script the form still works.
"use strict";

(function () {
    const limit = 50000000;
    const drop = document.getElementById("drop");
    const input = document.getElementById("file");
    const answer = document.getElementById("answer");

    const words = {
        busy: "Bạn đã hỏi quá nhiều lần. Hãy đợi một phút rồi thử lại.",
        server_busy: "Máy chủ đang bận. Hãy đợi một lát rồi thử lại.",
        too_large: "Tệp lớn hơn 50 MB nên không phải là văn bản đã ban hành tại đây.",
        failed: "Không kết nối được tới máy chủ. Hãy thử lại.",
        waiting: "Đang kiểm tra…",
        good: "✔ Đúng là văn bản đã ban hành",
        copy: "✔ Đúng là bản sao do cơ quan này cấp",
        void: "✘ Bản sao này đã bị hủy từ ngày ",
        bad: "✘ Không tìm thấy",
        unknown:
            "Không có văn bản nào đã ban hành giống hệt tệp này. Tệp có thể đã bị sửa, đã được lưu lại bằng phần mềm khác, hoặc do cơ quan khác ban hành.",
    };
    const labels = [
        ["agency", "Cơ quan ban hành"],
        ["type", "Loại văn bản"],
        ["code", "Số, ký hiệu"],
        ["date", "Ngày ban hành"],
    ];

    const copyLabels = [
        ["agency", "Cơ quan sao"],
        ["type", "Hình thức sao"],
        ["code", "Số, ký hiệu bản sao"],
        ["date", "Ngày sao"],
        ["original_code", "Văn bản được sao"],
        ["original_date", "Ngày văn bản được sao"],
    ];

    function element(name, text) {
        const made = document.createElement(name);
        made.textContent = text;
        return made;
    }

    function show(kind, title, ...parts) {
        const section = document.createElement("section");
        section.className = kind;
        section.setAttribute("role", kind === "bad" ? "alert" : "status");
        section.append(element("h2", title), ...parts);
        answer.replaceChildren(section);
        section.scrollIntoView({block: "nearest"});
    }

    function tellFound(found, name) {
        const isCopy = "original_code" in found;
        const list = document.createElement("dl");
        for (const [key, label] of isCopy ? copyLabels : labels) {
            list.append(element("dt", label), element("dd", found[key]));
        }
        if (found.void) {
            show("bad", words.void + found.void, list, element("p", name));
        } else {
            show("good", isCopy ? words.copy : words.good, list, element("p", name));
        }
    }

    function tell(result, name) {
        if (result.problem) {
            show("bad", words[result.problem] || words.failed);
        } else if (result.found) {
            tellFound(result.found, name);
        } else {
            show("bad", words.bad, element("p", words.unknown), element("p", name));
        }
    }

    async function check(file) {
        if (file.size > limit) {
            tell({problem: "too_large"}, file.name);
            return;
        }
        show("wait", words.waiting, element("p", file.name));
        const form = new FormData();
        form.append("file", file);
        try {
            const response = await fetch("/vpdt/check/file", {method: "POST", body: form, credentials: "omit"});
            tell(response.status === 413 ? {problem: "too_large"} : await response.json(), file.name);
        } catch {
            show("bad", words.failed);
        }
    }

    document.getElementById("file_form").addEventListener("submit", (event) => {
        event.preventDefault();
        if (input.files.length) {
            check(input.files[0]);
        }
    });
    input.addEventListener("change", () => input.files.length && check(input.files[0]));
    for (const name of ["dragenter", "dragover"]) {
        drop.addEventListener(name, (event) => {
            event.preventDefault();
            drop.classList.add("over");
        });
    }
    for (const name of ["dragleave", "drop"]) {
        drop.addEventListener(name, () => drop.classList.remove("over"));
    }
    drop.addEventListener("drop", (event) => {
        event.preventDefault();
        if (event.dataTransfer.files.length) {
            check(event.dataTransfer.files[0]);
        }
    });
})();
