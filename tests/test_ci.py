"""What CI systems are given: JUnit, GitHub's step summary, annotations and action, GitLab's code quality report."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
import yaml

from piwigo_contract.report.__main__ import main as report
from piwigo_contract.report.ci import ANNOTATIONS, code_quality, markdown, step_summary, workflow_commands
from piwigo_contract.results.verdicts import Exit
from tests.faults import cuts_long_values, hostile
from tests.running import FEW_CHECKS, QUICK, ROOT, clean_environment
from tests.serving import gallery


@pytest.fixture(scope="module")
def done(_fork_server, tmp_path_factory):
    """A run under GitHub's actions, with two clauses broken and one waived."""
    folder = tmp_path_factory.mktemp("ci")
    (folder / "w.toml").write_text('[[waivers]]\nclause = "REJ-08"\nreason = "ours"\n')
    settings = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    options = ("--junitxml", "reports/junit.xml", "--waivers", str(folder / "w.toml"), "-n", "2", "-p", "no:html")
    with gallery(cuts_long_values) as front:
        started = _fork_server.start(folder / "run", *FEW_CHECKS, *front.options("webmaster"), *options, **settings)
        return started.finish()


@pytest.fixture(scope="module")
def cases(done):
    return ElementTree.parse(done.folder / "reports" / "junit.xml").getroot().findall(".//testcase")


def properties(element):
    return {each.get("name"): each.get("value") for each in element.findall("./properties/property")}


def test_junit_names_checks_by_clause(cases, done):
    checks = [check for clause in done.target()["clauses"] for check in clause["checks"]]
    assert len(cases) == len(checks)
    assert all(re.match(r"[A-Z]+-\d\d test_", case.get("name")) for case in cases)
    assert {case.get("classname") for case in cases} == {"header", "rejection"}
    assert len({case.get("name") for case in cases}) == len(cases)


def test_junit_has_what_was_found_as_properties(cases, contract, done):
    found = {case.get("name"): (properties(case), {child.tag for child in case}) for case in cases}
    broken, tags = found["HDR-06 test_second_colon[at the end]"]
    assert broken == {
        "clause": "HDR-06",
        "level": "MUST",
        "chapter": contract.titles["header"],
        "statement": contract["HDR-06"].statement,
        "outcome": "fail",
        "target": done.target()["url"],
    }
    assert "failure" in tags
    assert "skipped" in found["REJ-08 test_extended_key[secret's end]"][1]
    assert {told["outcome"] for name, (told, _) in found.items() if name.startswith("HDR-01 ")} == {"pass"}


def test_junit_says_what_run_it_was(done):
    suite = ElementTree.parse(done.folder / "reports" / "junit.xml").getroot().find("testsuite")
    told = properties(suite)
    assert (told["verdict"], told["release"], told["url"]) == ("fail", "16.4", done.target()["url"])
    assert told["suite"].startswith("piwigo-contract ")


def test_step_summary(done):
    text = (done.folder.parent / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("## Piwigo API compliance\n\n**The contract is broken&#58; 1 of ")
    assert re.search(
        r"^\| fail \| HDR-06 \| A key with more than one colon is refused\. \| expected ", text, re.MULTILINE
    )
    assert re.search(r"^\| waived \| REJ-08 \| .* \| ours ", text, re.MULTILINE)
    assert "give --expire-command" in text


def test_annotations(done):
    lines = [line for line in done.out.splitlines() if line.startswith("::")]
    assert lines[0] == "::error title=Piwigo API contract::exit code 1: 1 required clause broken"
    assert len(lines) == 2
    assert lines[1].startswith(
        "::error title=HDR-06 A key with more than one colon is refused.::expected to be refused"
    )


def test_no_annotations_elsewhere(run):
    with gallery(cuts_long_values) as front:
        done = run(*front.options("webmaster"), "-k", "HDR-06", "-p", "no:html")
    assert "BROKEN HDR-06" in done.out
    assert "\n::" not in done.out


def test_code_quality(done, tmp_path, monkeypatch):
    monkeypatch.delenv("CI_CONFIG_PATH", raising=False)
    result = str(done.folder / "reports" / "compliance.json")
    assert report([result, "--format", "code-quality", "-o", str(tmp_path / "q.json")]) == 0
    issues = json.loads((tmp_path / "q.json").read_text())
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("HDR-06", "critical"),
        ("REJ-08", "info"),
    ]
    assert len({issue["fingerprint"] for issue in issues}) == 2
    assert all(issue["description"] for issue in issues)
    assert [issue["location"] for issue in issues] == [{"path": ".gitlab-ci.yml", "lines": {"begin": 1}}] * 2


def test_code_quality_points_at_a_file_of_the_repository(done, capsysbinary):
    result = str(done.folder / "reports" / "compliance.json")
    assert report([result, "--format", "code-quality", "--place", "ci/gallery.yml"]) == 0
    issues = json.loads(capsysbinary.readouterr().out)
    assert {issue["location"]["path"] for issue in issues} == {"ci/gallery.yml"}


def test_markdown_of_a_result(done, capsysbinary):
    assert report([str(done.folder / "reports" / "compliance.json"), "--format", "markdown"]) == 0
    how_it_ended = "Exit code 1&#58; 1 required clause broken\n\n"
    whole = (done.folder.parent / "summary.md").read_text(encoding="utf-8")
    assert how_it_ended in whole
    assert capsysbinary.readouterr().out.decode() == whole.replace(how_it_ended, "")  # an archive would tell it


def test_what_a_hostile_target_says_is_no_markup_and_no_command(run, tmp_path):
    settings = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    with gallery(commands) as front:
        done = run(QUICK[0], *front.options("webmaster"), "-k", "HDR-06", "-p", "no:html", **settings)
    commands_told = [line for line in done.out.splitlines() if re.match(r"\s*::|.*##\[", line)]
    assert [line[:19] for line in commands_told] == ["::error title=Piwig", "::error title=HDR-0"]
    assert "add-mask" in done.out
    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "add-mask" in text
    assert "<" not in text
    assert "[x]" not in text


def commands(request, pass_on):
    answer = hostile(request, pass_on)
    if answer.status_code == 403:
        message = "\n::add-mask::x\n##[error]y\n[x](http://evil/) <b> | `code` @somebody"
        answer.data = json.dumps({"stat": "fail", "err": 403, "message": message})
    return answer


def test_markdown():
    assert markdown("a|b <i> [x](http://y) `z` @me *b* _c_") == (
        "a&#124;b &#60;i&#62; &#91;x&#93;(http&#58;&#47;&#47;y) &#96;z&#96; &#64;me &#42;b&#42; _c_"
    )
    assert markdown("www.evil.org") == "www&#46;evil.org"


def test_no_more_annotations_than_are_shown(done):
    document = json.loads(json.dumps(done.document))
    for number, row in enumerate(document["targets"][0]["clauses"]):
        row["outcome"] = "fail" if number % 2 else "warning"
        row["reason"] = "x%\n" * 500
    told = list(workflow_commands(document, Exit(1, "x%\n")))
    assert [line.split(" ")[0] for line in told] == ["::error"] * ANNOTATIONS + ["::warning"] * ANNOTATIONS
    assert all("\n" not in line and "%25" in line for line in told)
    assert len(step_summary(document)) < 100_000
    assert len(code_quality(document, "x.yml")) == len(document["targets"][0]["clauses"])


def kinds(document, *settings):
    return [line[2:].partition("::")[0] for line in workflow_commands(document, *settings)]


def test_annotations_are_what_the_gate_stops_for(done):
    """Of a regression what got worse, and of strict a warning too; a green gate has no error."""
    document = json.loads(json.dumps(done.document))
    warned = next(row for row in document["targets"][0]["clauses"] if row["outcome"] == "pass")
    warned["outcome"] = "warning"
    ours = f"{warned['id']} {warned['statement']}".replace(",", "%2C").replace(":", "%3A")
    ends, green = Exit(1, "so"), Exit(0, "so")
    run, broken = "title=Piwigo API contract", "title=HDR-06 A key with more than one colon is refused."
    assert kinds(document, ends, "standard") == [f"error {run}", f"error {broken}", f"warning title={ours}"]
    assert kinds(document, ends, "strict") == [f"error {run}", f"error {broken}", f"error title={ours}"]
    assert kinds(document, ends, "regression", {(0, warned["id"])}) == [f"error {run}", f"error title={ours}"]
    assert kinds(document, green, "regression") == [f"notice {run}"]


# ------------------------------------------------------------------ the printed examples


def blocks(path, language):
    text = (ROOT / path).read_text(encoding="utf-8")
    return [
        yaml.safe_load(block) for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]


EXAMPLES = [("README.md", 0), ("docs/ci.md", 0)]


def inputs_of(path, number):
    """The inputs of the action in a printed workflow, as that gives them."""
    steps = [step for job in blocks(path, "yaml")[number]["jobs"].values() for step in job["steps"]]
    (ours,) = [step for step in steps if step["uses"] == "./"]
    assert steps[0]["uses"].startswith("actions/checkout@")
    return ours["with"]


@pytest.fixture
def act(tmp_path):
    """Carry out the action's steps on this machine, as a runner does; gives what the third parties were asked for."""

    def act(given, values, **job):
        action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
        assert given.keys() <= action["inputs"].keys()
        inputs = {name: about["default"] for name, about in action["inputs"].items()}
        inputs |= {name: resolved(value, values) for name, value in given.items()}
        program = tmp_path / "temp" / "piwigo-contract" / "bin" / "piwigo-contract"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m piwigo_contract -k HDR-06 "$@"\n')
        program.chmod(0o755)
        (program.parent / "python").symlink_to(sys.executable)
        failed, asked = False, []
        for step in action["runs"]["steps"]:
            condition = step.get("if", "")
            if failed and "always()" not in condition:
                continue
            if "uses" in step:
                asked.append((step["uses"], {name: resolved(value, inputs) for name, value in step["with"].items()}))
            elif step["name"] != "Install":  # which takes a network
                environment = {name: resolved(value, inputs) for name, value in step.get("env", {}).items()}
                runner = {"RUNNER_TEMP": str(tmp_path / "temp"), "PYTHONPATH": str(ROOT),
                          "PATH": f"{program.parent}:{os.environ['PATH']}"}  # fmt: skip
                shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                ran = subprocess.run(shell, cwd=tmp_path, env={**clean_environment(), **job, **runner, **environment},
                                     capture_output=True, text=True, check=False)  # fmt: skip
                failed = failed or ran.returncode != 0
                asked.append((step["name"], ran))
        return dict(asked)

    return act


def resolved(value, values):
    if isinstance(value, bool):  # a runner hands on texts alone
        return str(value).lower()
    return re.sub(r"\$\{\{ (?:\w+\.)?([\w-]+) \}\}", lambda match: values[match[1]], value)


def test_action_as_the_examples_use_it(act, tmp_path):
    given, again = (inputs_of(path, number) for path, number in EXAMPLES)
    assert given == again
    with gallery(cuts_long_values) as front:
        values = {"PIWIGO_TARGET": front.url, "PIWIGO_WEBMASTER": front.banner["webmaster"]}
        asked = act(given, values)
    assert asked["Judge"].returncode == 1, asked["Judge"].stderr
    assert "BROKEN HDR-06" in asked["Judge"].stdout
    upload = asked["actions/upload-artifact@v4"]
    # what is hidden is not uploaded
    assert {each.name for each in (tmp_path / upload["path"]).glob("[!.]*")} == {
        "compliance.html", "compliance-pytest.html", "compliance.json", "junit.xml", "reproduce"
    }  # fmt: skip


def test_action_without_its_secret_fails(act):
    with gallery() as front:
        asked = act(inputs_of(*EXAMPLES[0]), {"PIWIGO_TARGET": front.url, "PIWIGO_WEBMASTER": ""})
    assert asked["Judge"].returncode == 4
    assert "PIWIGO_WEBMASTER is empty" in asked["Judge"].stderr
    assert "actions/upload-artifact@v4" in asked


def test_action_leaves_the_jobs_own_environment_alone(act):
    with gallery() as front:
        asked = act({"target": front.url}, {}, PIWIGO_WEBMASTER=front.banner["webmaster"], PIWIGO_TARGET="overruled")
    assert (asked["Judge"].returncode, asked["Judge"].stderr) == (0, "")
    assert "webmaster" in asked["Judge"].stdout


def test_action_takes_switches_and_quotes_and_shows_a_stale_waiver(act, tmp_path):
    (tmp_path / "w.toml").write_text('[[waivers]]\nclause = "HDR-04"\nreason = "ours"\n')
    given = {"read-only": True, "waivers": "w.toml", "har": "reports/run.har",
             "arguments": '-k "HDR-04 or HDR-06" -o \'console_output_style=classic\''}  # fmt: skip
    page = tmp_path / "summary.md"
    with gallery() as front:
        given |= {"target": front.url, "api-key": front.banner["api_key"]}
        asked = act(given, {}, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert asked["Judge"].returncode == 1, asked["Judge"].stdout
    (target,) = json.loads((tmp_path / "reports" / "compliance.json").read_text())["targets"]
    assert target["access"] == ["api-key", "read-only"]
    assert {row["id"] for row in target["clauses"] if row["outcome"] == "pass"} == {"HDR-04", "HDR-06"}
    stale = "exit code 1: stale waiver: that of HDR-04 is not needed, the clause holds"
    assert f"::error title=Piwigo API contract::{stale}\n" in asked["Judge"].stdout
    assert markdown(stale.capitalize().replace("hdr", "HDR")) in page.read_text()
    assert (tmp_path / "reports" / "run.har").exists()


def test_action_with_a_quote_that_never_ends(act):
    done = act({"arguments": "-k 'HDR-06"}, {})["Judge"]
    assert (done.returncode, done.stdout) == (4, "")
    assert "::error title=Piwigo API contract::exit code 4: the input arguments: No closing quotation" in done.stderr


def test_action_has_each_option(run):
    """But for those that run no check, and what `arguments` is for."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    variables = set(re.findall(r"\[PIWIGO_(\w+)\]", run("--help").out))
    (judge,) = [step for step in action["runs"]["steps"] if step["name"] == "Judge"]
    given = {name.removeprefix("GIVEN_") for name in judge["env"] if name.startswith("GIVEN_")}
    assert variables - given == {"SWEEP", "DRY_RUN"}
    assert given <= variables
    assert {name.lower().replace("_", "-") for name in given} <= action["inputs"].keys()


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (["--gate", "lax"], 4, "--gate is standard, strict or regression, not 'lax'"),
        (["--traget", "x"], 4, "--traget is no option"),
        (["-k", "no_such_check"], 5, "the selection matches no check"),
        (["--target", "http://127.0.0.1:9/", "-p", "no:html"], 2, "no verdict: http://127.0.0.1:9/ can't be reached"),
    ],
    ids=["usage error", "option that is none", "no check", "no verdict"],
)
def test_page_of_the_job_says_why_there_is_no_result(run, tmp_path, given, code, words):
    page = tmp_path / "summary.md"
    done = run(*given, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert done.code == code
    told = [line for line in done.out.splitlines() if line.startswith("::")]
    assert len(told) == 1
    assert told[0].startswith(f"::error title=Piwigo API contract::exit code {code}: {words}")
    assert markdown(f"Exit code {code}: {words}") in page.read_text()


def test_gitlab_as_printed(tmp_path):
    job = blocks("docs/ci.md", "yaml")[1]["piwigo-contract"]
    bin = tmp_path / "bin"
    bin.mkdir()
    for name, command in (("pip", "true"), ("python", f'"{sys.executable}" "$@"'),
                          ("piwigo-contract", f'"{sys.executable}" -m piwigo_contract "$@" -k HDR-06')):  # fmt: skip
        (bin / name).write_text(f"#!/bin/sh\n{command}\n")
        (bin / name).chmod(0o755)
    with gallery(cuts_long_values) as front:
        settings = {**job["variables"], "PIWIGO_TARGET": front.url, "PIWIGO_WEBMASTER": front.banner["webmaster"]}
        environment = {**clean_environment(), "PYTHONPATH": str(ROOT), **settings,
                       "PATH": f"{bin}:{os.environ['PATH']}"}  # fmt: skip
        codes = [
            subprocess.run(["bash", "-ec", "\n".join(job[part])], cwd=tmp_path, env=environment, check=False).returncode
            for part in ("script", "after_script")
        ]
    assert codes == [1, 0]
    assert job["artifacts"]["when"] == "always"
    for path in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert (tmp_path / path).exists()
