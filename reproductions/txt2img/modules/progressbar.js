// Task ids, and a bar and a preview that follow a task; mirrors javascript/progressbar.js of webui 1.10.1.

function randomId() {
    return "task(" + Math.random().toString(36).slice(2, 12) + Date.now().toString(36) + ")";
}

// Called with the fields' values when Generate is pressed: gives them back with a task id as the first.
function submit(tab, ...values) {
    const id = randomId();
    requestProgress(tab, id);
    values[0] = id;
    return values;
}

async function requestProgress(tab, id) {
    const bar = document.getElementById(tab + "_progress");
    const preview = document.getElementById(tab + "_livePreview");
    const started = Date.now();
    let lastPreview = -1;
    bar.hidden = false;
    for (;;) {
        let answer;
        try {
            const response = await fetch("internal/progress", {
                method: "POST",
                headers: {"Content-Type": "application/json"},
                body: JSON.stringify({id_task: id, id_live_preview: lastPreview, live_preview: true}),
            });
            answer = await response.json();
        } catch {
            break;
        }
        if (answer.completed) break;
        // A request that never arrived: nothing to wait for.
        if (!answer.active && !answer.queued && Date.now() - started > 40000) break;
        const share = answer.progress || 0;
        const eta = answer.eta ? " ETA: " + Math.ceil(answer.eta) + "s" : "";
        bar.firstElementChild.style.width = share * 100 + "%";
        bar.firstElementChild.textContent = answer.active ? Math.round(share * 100) + "%" + eta : answer.textinfo;
        if (answer.live_preview) {
            preview.src = answer.live_preview;
            preview.hidden = false;
            lastPreview = answer.id_live_preview;
        }
        await new Promise((resolve) => setTimeout(resolve, 150));
    }
    bar.hidden = preview.hidden = true;
}
