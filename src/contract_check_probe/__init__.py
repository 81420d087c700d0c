"""The probe: runs inside an environment, observes, and holds no opinion.

It is made of the standard library and whatever Pydantic that environment holds; it imports
nothing of the host. The host copies this folder elsewhere and starts that copy as
`python -s -c BOOTSTRAP FOLDER CHANNEL_FD`, so that nothing of the host can be imported inside.

Protocol
--------
One connected socket, inherited as a file descriptor; stdin, stdout and stderr belong to the code
under test. Each message is one line of UTF-8 JSON.

request   `{"nonce": str, "op": str, "arguments": {...}}`
answer    `{"nonce": str, "result": {...}}` with the nonce of the request it answers, or
          `{"nonce": str, "fault": {"type": str, "message": str, "where": [str]}}` for a bug here.

The host makes a new nonce for each request and sends the next request only after the answer to
the one before; so it knows how many answers are due, and an answer that imported code forges
without the nonce is told apart. The operations are `limits`, `observe`, `evaluate`, `fingerprint`,
`schemas`, `replay` and `end`; see `contract_check_probe.serving`.
"""
