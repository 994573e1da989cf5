"""Asks the portal through a client compiled from Rust; see `python_script.py`.

Its interpreter now and then aborts after the work is done, so each answer is printed
and flushed, and nobody looks at how the process ends.
"""

import asyncio
import json
import sys

import keygen_sh
from keygen_sh._errors import KeygenError
from keygen_sh.config import KeygenConfig, set_config
from keygen_sh.license import License, SchemeCode
from keygen_sh.license_file import LicenseFile
from keygen_sh.machine_file import MachineFile


async def validate(*fingerprints):
    return (await keygen_sh.validate(list(fingerprints))).id


async def key():
    return keygen_sh.verify(SchemeCode.Ed25519Sign, told["license_key"]) != ""


async def activate(license, fingerprint):
    return (await License.activate_machine(license, fingerprint)).fingerprint


async def machines(*fingerprints):
    license = await keygen_sh.validate(list(fingerprints))
    return [one.fingerprint for one in await license.machines()]


async def _machine(fingerprint):
    license = await keygen_sh.validate([fingerprint])
    return await license.machine(fingerprint)


async def ping(fingerprint):
    return (await (await _machine(fingerprint)).ping()).heartbeat_status


async def machine_file(fingerprint):
    file = await (await _machine(fingerprint)).checkout(7200, ["license"])
    file.verify()
    opened = file.decrypt(told["license_key"] + fingerprint)
    return [opened.machine.fingerprint, opened.license.id, opened.ttl]


async def deactivate(fingerprint):
    return await (await _machine(fingerprint)).deactivate()


async def open_license_file(text):
    file = LicenseFile.build_from_cert(told["license_key"], text)
    file.verify()
    return file.decrypt(told["license_key"]).license.id


async def open_machine_file(text, fingerprint):
    secret = told["license_key"] + fingerprint
    file = MachineFile.from_cert(secret, text)
    file.verify()
    return file.decrypt(secret).machine.fingerprint


def answer(question):
    name, *arguments = question if isinstance(question, list) else [question]
    try:
        return asyncio.run(QUESTIONS[name](*arguments))
    except KeygenError as error:
        return name_of(error)


def name_of(error):
    """Its kind, as far as the client says one."""
    try:
        return json.loads(error.args[0])["type"]
    except ValueError:
        return str(error)


ALL = (validate, key, activate, machines, ping, machine_file, deactivate)
ALL += (open_license_file, open_machine_file)
QUESTIONS = {one.__name__: one for one in ALL}
told = json.load(sys.stdin)
questions = told.pop("questions")
settings = {"api_version": "1.7", "api_prefix": "v1", "account": ""} | told
set_config(KeygenConfig(**settings))
print(json.dumps([answer(question) for question in questions]), flush=True)
