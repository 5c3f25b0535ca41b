import os
import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from oncall import monitoring


def figure(name: str, **labels: str) -> float:
    page, _ = monitoring.metrics_page()
    return sum(
        sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_each_webhook_contact_and_job_is_counted_by_its_outcome() -> None:
    before = figure("oncall_webhooks_total", place="voice/incoming", outcome="duplicate")

    monitoring.webhook_answered("voice/incoming", "duplicate")
    monitoring.contact_became("WAITING")
    monitoring.job_ended("ring", "done")

    assert figure("oncall_webhooks_total", place="voice/incoming", outcome="duplicate") == before + 1
    assert figure("oncall_contacts_total", state="WAITING") >= 1
    assert figure("oncall_jobs_total", kind="ring", outcome="done") >= 1


def test_the_seconds_to_a_human_fall_into_buckets() -> None:
    within_half_a_minute = figure("oncall_seconds_to_human_bucket", le="30.0")
    within_a_minute = figure("oncall_seconds_to_human_bucket", le="60.0")

    monitoring.human_reached(34.0)

    assert figure("oncall_seconds_to_human_bucket", le="30.0") == within_half_a_minute
    assert figure("oncall_seconds_to_human_bucket", le="60.0") == within_a_minute + 1


def test_the_figures_of_several_processes_add_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    count = "from oncall import monitoring; monitoring.job_ended('ring', 'done')"
    show = "from oncall import monitoring; print(monitoring.metrics_page()[0].decode())"

    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], env=environment, check=True)
    page = subprocess.run([sys.executable, "-c", show], env=environment, check=True, capture_output=True)

    assert 'oncall_jobs_total{kind="ring",outcome="done"} 2.0' in page.stdout.decode()
