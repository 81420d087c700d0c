"""Endpoints: does the consumer's application still answer as the contract asks?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from contract_check.model.contracts import Contract, Expectation
from contract_check.model.observation import HttpOutcome
from contract_check.model.report import Direction, Severity
from contract_check.rules import blame
from contract_check.rules.case import Case, http_outcomes, short
from contract_check.rules.faults import Collected, Fault, exercised, refusals
from contract_check.rules.interface import Draft, Locus, Program, Rule
from contract_check.rules.issues import first_issue
from contract_check.rules.witnesses import as_json, import_of, literal

_SOURCE, _READ_BY = Direction.SOURCE, Direction.READ_BY_OLD
_CHECK = "response"
_ABSENT = (404, 405)
"""What a router answers for a path, or a method of it, that it does not know (RFC 9110)."""

_CLIENT = '''
async def ask(method, path):
    """One request to the application (ASGI 3.0), between its start-up and its shutdown."""
    inbox, outbox, finished = asyncio.Queue(), asyncio.Queue(), asyncio.Event()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    lifespan = asyncio.ensure_future(app(scope, inbox.get, outbox.put))
    started = asyncio.ensure_future(outbox.get())
    await inbox.put({"type": "lifespan.startup"})
    await asyncio.wait({lifespan, started}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    sent, requests = [], [{"type": "http.request", "body": BODY, "more_body": False}]

    async def receive():
        if requests:
            return requests.pop()
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            finished.set()

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": QUERY, "root_path": "", "headers": HEADERS,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
    }
    try:
        await app(scope, receive, send)
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        started.cancel()
        _, late = await asyncio.wait({lifespan}, timeout=5)
        for task in late:
            task.cancel()
        await asyncio.gather(lifespan, started, return_exceptions=True)
    status = next(item["status"] for item in sent if item["type"] == "http.response.start")
    return status, b"".join(item.get("body", b"") for item in sent)
'''


@dataclass(frozen=True)
class _Answer:
    """An endpoint's contract, what it expects here and what was answered."""

    contract: Contract
    expected: Expectation
    outcome: HttpOutcome

    @property
    def request(self) -> str:
        return self.contract.request or ""

    @property
    def app(self) -> str:
        return self.contract.app or ""


def _answers(case: Case) -> Iterator[_Answer]:
    outcomes = http_outcomes(case.candidate)
    for contract in exercised(case, "endpoint"):
        expected, outcome = case.expectations.get(contract.name), outcomes.get(contract.name)
        if expected is not None and outcome is not None:
            yield _Answer(contract, expected, outcome)


def _program(case: Case, answer: _Answer, *conditions: str, head: tuple[str, ...] = ()) -> Program:
    """Sends the request and asserts conditions over `status` and `body`."""
    method, _, target = answer.request.partition(" ")
    path, _, query = target.strip().partition("?")
    content, headers = b"", [(b"host", b"localhost")]
    if answer.contract.json_body is not None:
        content = json.dumps(answer.contract.json_body).encode()
        headers += [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ]
    lines = [
        "import asyncio, json, os",
        "",
        *(f"os.environ.setdefault({name!r}, {value!r})" for name, value in case.env.items()),
        import_of(answer.app, "app"),
        *head,
        f"QUERY, BODY = {query.encode()!r}, {content!r}",
        f"HEADERS = {headers!r}",
        _CLIENT,
        f"status, text = asyncio.run(ask({method.upper()!r}, {path!r}))",
        f"assert status == {answer.expected.status}, (status, text)",
        *conditions,
    ]
    return Program("\n".join(lines) + "\n", kind="http")


def _draft(
    case: Case,
    answer: _Answer,
    message: str,
    hint: str,
    program: Program,
    locus: Locus | None = None,
) -> Draft:
    """A draft about the endpoint itself; a class that its answer is made of may be the cause."""
    contract = answer.contract
    within = blame.around(case, contract.provider)
    return Draft(
        subject=answer.app,
        path=answer.request,
        message=f"{answer.request} {message}",
        hint=hint,
        loci=(locus or Locus(case.label(answer.app), answer.request, within),),
        contract=contract.name,
        check=_CHECK,
        location=case.place_of(contract.provider),
        programs=(program,),
        observed=True,
    )


def _missing(case: Case) -> Iterator[Draft]:
    for answer in _answers(case):
        status = answer.outcome.status
        if status in _ABSENT and answer.expected.status not in _ABSENT:
            yield _draft(
                case,
                answer,
                f"is not there: the application answers {status}",
                "Keep the route, with its method and path.",
                _program(case, answer),
            )


def _status_changed(case: Case) -> Iterator[Draft]:
    for answer in _answers(case):
        status, expected = answer.outcome.status, answer.expected.status
        if status in (None, expected, 500, *_ABSENT):
            continue
        yield _draft(
            case,
            answer,
            f"answers {status}, and the contract asks for {expected}",
            "See the body in the witness; load balancers and probes act on the status alone.",
            _program(case, answer),
        )


def _failed(case: Case) -> Iterator[Draft]:
    for answer in _answers(case):
        contract, outcome = answer.contract, answer.outcome
        if outcome.failure is not None:
            collected = Collected()
            program = _program(case, answer)
            collected.add(
                Fault(locus, words, program, _CHECK)
                for locus, words in refusals(case, contract, outcome.failure, contract.provider)
            )
            yield from collected.drafts(
                case,
                contract,
                f"{answer.request} fails".replace("{", "{{").replace("}", "}}")
                + " at {place}: {words}",
                "The application raises where it makes its answer; see the witness.",
            )
        elif outcome.status == 500 and answer.expected.status != 500:
            yield _draft(
                case,
                answer,
                "fails: the application answers 500",
                "The application's own log says why.",
                _program(case, answer),
            )


def _payload_invalid(case: Case) -> Iterator[Draft]:
    for answer in _answers(case):
        if answer.outcome.status == answer.expected.status:
            yield from _unread(case, answer)
            yield from _unlike(case, answer)


def _unread(case: Case, answer: _Answer) -> Iterator[Draft]:
    """The provider's model does not read the body."""
    contract, reading = answer.contract, answer.outcome.reading
    if not answer.expected.model or reading is None or reading.accepted:
        return
    name = short(contract.provider)
    program = _program(
        case,
        answer,
        "Model.model_validate_json(text)",
        head=(import_of(contract.provider, "Model"),),
    )
    for locus, _words in refusals(case, contract, reading.failure, contract.provider):
        yield _draft(
            case,
            answer,
            f"answers what {name} does not read: {first_issue(reading.failure)}",
            f"Answer with {name} itself, so that the two can't drift apart.",
            program,
            locus,
        )


def _unlike(case: Case, answer: _Answer) -> Iterator[Draft]:
    """Members of the body that the contract names are missing or different."""
    expected, body = answer.expected, answer.outcome.json_
    members = body if isinstance(body, dict) else {}
    for name, value in expected.body.items():
        if name not in members or members[name] != value:
            found = as_json(members[name]) if name in members else "nothing"
            wording = f"answers {found} for {name!r}, and the contract asks for {as_json(value)}"
            yield _unlike_draft(case, answer, name, wording, value)
    for name in expected.has:
        if name not in members:
            yield _unlike_draft(case, answer, name, f"answers without {name!r}")


def _unlike_draft(
    case: Case, answer: _Answer, name: str, wording: str, value: JsonValue = None
) -> Draft:
    condition = f"assert {name!r} in body, body"
    if name in answer.expected.body:
        condition = f"assert body.get({name!r}) == {literal(value)}, body"
    place = Locus(
        case.label(answer.app),
        f"{answer.request} {name}",
        blame.around(case, answer.contract.provider),
    )
    return _draft(
        case,
        answer,
        wording,
        "Whoever asks relies on these members; keep them as the contract has them.",
        _program(case, answer, "body = json.loads(text)", condition),
        place,
    )


def _model_differs(case: Case) -> Iterator[Draft]:
    """The route declares a model, and it is not the provider's."""
    before = http_outcomes(case.baseline) if case.baseline is not None else {}
    for answer in _answers(case):
        outcome, old = answer.outcome, before.get(answer.contract.name)
        symbol = case.candidate.symbol(answer.contract.provider)
        declared = outcome.response_model
        lost = old is not None and old.response_model is not None and declared is None
        if symbol is None or not answer.expected.model or (declared is None and not lost):
            continue
        if symbol.identity in outcome.response_model_bases:
            continue
        name = short(answer.contract.provider)
        method, _, path = answer.request.partition(" ")
        yield _draft(
            case,
            answer,
            f"declares {declared or 'no model'} as its answer, and not {name}",
            f"Declare {name} (or a class derived from it) as the response model.",
            Program(_route_program(case, answer, method.upper(), path.strip()), kind="http"),
        )


def _route_program(case: Case, answer: _Answer, method: str, path: str) -> str:
    lines = [
        "import os",
        "",
        *(f"os.environ.setdefault({name!r}, {value!r})" for name, value in case.env.items()),
        import_of(answer.app, "app"),
        import_of(answer.contract.provider, "Model"),
        "",
        "models = [",
        "    route.response_model",
        "    for route in app.routes",
        f"    if getattr(route, 'path', None) == {path!r} and {method!r} in route.methods",
        "]",
        "assert models and issubclass(models[0], Model), models",
    ]
    return "\n".join(lines) + "\n"


RULES = (
    Rule(
        id="endpoint-missing",
        family="endpoints",
        summary="The application has no such route any more",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="http",
        check=_missing,
        rank=55,
        compares=False,
    ),
    Rule(
        id="endpoint-model-differs",
        family="endpoints",
        summary="The model that a route declares is no longer the provider's",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="http",
        check=_model_differs,
        rank=56,
        compares=False,
    ),
    Rule(
        id="endpoint-failed",
        family="endpoints",
        summary="The application raises an error instead of an answer",
        severity=Severity.BREAK,
        directions=(_SOURCE,),
        witness="http",
        check=_failed,
        rank=96,
        compares=False,
    ),
    Rule(
        id="endpoint-payload-invalid",
        family="endpoints",
        summary="The answer is not what the contract asks for, or the provider's model refuses it",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="http",
        check=_payload_invalid,
        rank=97,
        compares=False,
    ),
    Rule(
        id="endpoint-status-changed",
        family="endpoints",
        summary="The application answers with another status",
        severity=Severity.BREAK,
        directions=(_READ_BY,),
        witness="http",
        check=_status_changed,
        rank=98,
        compares=False,
    ),
)
