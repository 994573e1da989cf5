"""License and machine files against their published vectors, byte by byte."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licenses import files
from licenses.files import Kind

PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
IV = bytes(range(12))
KEY = "9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3"
SERVER = "4b6f1f4c0d1e2a3b"
LICENSE = json.loads(
    '{"data":{"id":"44444444-4444-4444-8444-444444444444","type":"licenses"'
    ',"attributes":{"key":"9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3","metadata'
    '":{}},"relationships":{}},"included":[],"meta":{"issued":"2024-01-01T0'
    '0:00:00.000Z","expiry":"2033-12-29T00:00:00.000Z","ttl":315360000}}'
)
MACHINE = json.loads(
    '{"data":{"id":"55555555-5555-4555-8555-555555555555","type":"machines"'
    ',"attributes":{"fingerprint":"4b6f1f4c0d1e2a3b","requireHeartbeat":fal'
    'se,"heartbeatStatus":"NOT_STARTED","created":"2024-01-01T00:00:00.000Z'
    '","updated":"2024-01-01T00:00:00.000Z"},"relationships":{}},"included"'
    ':[{"id":"44444444-4444-4444-8444-444444444444","type":"licenses","attr'
    'ibutes":{"key":"9F0A21-7C3D54-E8B6F1-02D4A7-5B9C38-V3","metadata":{}},'
    '"relationships":{}}],"meta":{"issued":"2024-01-01T00:00:00.000Z","expi'
    'ry":"2033-12-29T00:00:00.000Z","ttl":315360000}}'
)
LICENSE_FILE = """\
-----BEGIN LICENSE FILE-----
eyJlbmMiOiI4QktsZTdYaUhxY2tMUzZvZm4ydmg5U29DYzJBSFdzTnJTTzFh
aTJ2NEZNYmVZaDdORGJsNWtDNXIyMlkzU1RaeDVQalRGOGxlWTFQYWxLNjBW
N2RqS25POURPbUpKT3ZwRFZiYXpHNkhGcFozYkhNYnlLb29naDhrbnhsTWx4
eWJieTFjanZ6S1NRdXd2YmpvMnBkcFZIOVFBZUZyeEJKNVNhSlFuVFQ0WFFX
Z2prNGkwanJnd01DZzR1d3pBQnVMZllFaWg4MGdxRzQrTUtQdC9hNncxVlF0
dWNySE80WndkUXh3ZXE0R0Erc282ckUxSXRvS3dqaHZWWDNWYUR4aWxMYkJU
cWZTRjJuTVNBQnJGMGdqbkNDZzl6UTM3VEZQSklPNTBRLzhnakxxaGxuZVRs
WVlydTF5aFNnWnRHdGhwbjBjVlhNc2JraHF5MGtFNzhzWTNkYmo4cEludjNS
d0pydFJ2RTdaSGppOGpwdkFBPT0uQUFFQ0F3UUZCZ2NJQ1FvTC4wZTllckdV
eGVQUUJPK2NzK0g3b3J3PT0iLCJzaWciOiJTNkVNS1BTSUdnNlFWZW0rbEZU
Vkw2N2hZYVgvUCtSWHpOaVVsVnppeWFKOEhmdGZ1bzNsZzdnSkYvbVcyWEVa
NzBUQ2FXeG5PdXVuZE0zWWJod01Ddz09IiwiYWxnIjoiYWVzLTI1Ni1nY20r
ZWQyNTUxOSJ9
-----END LICENSE FILE-----
"""
MACHINE_FILE = """\
-----BEGIN MACHINE FILE-----
eyJlbmMiOiJjOVkzYkY4Qzg0cEpBUTBIUy8xRkFwbEZ6L0lYTWxMSEl1NCtQ
ejliZVJ1WUplNmkyM1h2M0ltNnNYQ3VYRlFTaG9vMHJvdERNVkt4anhyNGZ2
ZTV2aHN4VVZpb2RxTmVlcHNiNlpQQjRnNDB2TGZBdmQzclhKVFlVQktVcFVW
c2hobmJvQjh2NElmaDVCeEwrRVIrSW1HQUFFNUx5SUYzdHQ2KzZvMmlYbEgx
UFc4WWxFTmJPSUEvWU5CanpJbjZTSnNSZGVPZ1lKM0o4QVl0U0VhdXRMaXlY
Mk1DN2ZaNk9rVFNhZzBLcXlteHROVGNBb0p4WWVrNkdSbDBqbThQZ3Q2ZWlZ
MTY4ZmNxeGY4VjFyTjZkK2tDMUUrbW4zUDk5UmhtMTQyVnVodWRMVFVjaTdI
UzM4Ui9FVHZoOVUrd05qNTllS0trdFE2WTRKdm9xMFk5c1BzY0VUWUI5MDFK
c0h5SGgvWG51aFNUcHlnYWM4MEdWRmZidXFDeHR4OVgrY3duaElCZWFpTWZt
ZVFqRUMzNWNXOGFjS0hMdXpFenJkOGl4dUtQWGo4SnRsYXJJT1kvTDRHWmQ4
R2o3VFVyRjJMYXNENVZPODhQeGh3dnNaR1pqZXlVS1JyVm5wTXl4WDg1Yjc2
LzJiSFVmWDJEd1hhTHZDVzFVN1o3WjFPMW9kM0ZNUUFNUnA0RlVzMm5pV1R5
VmEwdEd4clJuandzZjY0L1dMSlZpWXVoaU9SVm8zQ1Z1OHpXUDBZZm0xazl0
cDlZNWRoYkkvRUZCYkd2M2NGUWs1UVRCSTE2Zk5LdmF3YVRPaXo5ZmdWeUI1
V3pnUG5udmgybjVRMWs5S0syRVpmN0YrRm5YUmVYRXBtMUpIZjgwYXhKbS9V
Uy9tb1puWUhtc2k1SHNXTHJGMkhuSHZSYlB5amErNTh3cXFXd2tDQ0QrMVRL
TU1HOFlBPT0uQUFFQ0F3UUZCZ2NJQ1FvTC53NTh3MkR6WFRuaDdZRE9MbnlJ
RGJRPT0iLCJzaWciOiJXUU1XZjZ2c1BJSE9HVVRVcXlKQjhTMmRMRnh0S3VT
ZzRuSlQyU201ZnZnSUNpRmVtbnREdXRVSWRWb2VEM3BHckpQRWZlaGJrcWYw
YThUMG5UMW5EUT09IiwiYWxnIjoiYWVzLTI1Ni1nY20rZWQyNTUxOSJ9
-----END MACHINE FILE-----
"""


@pytest.mark.parametrize(
    ("kind", "document", "secret", "file"),
    [
        (Kind.LICENSE, LICENSE, KEY, LICENSE_FILE),
        (Kind.MACHINE, MACHINE, KEY + SERVER, MACHINE_FILE),
    ],
)
def test_the_published_vector(kind, document, secret, file):
    written = files.write(
        document, kind=kind, private_key=PRIVATE_KEY, secret=secret, iv=IV
    )

    assert written == file


def test_no_two_files_share_an_iv():
    one, two = (
        files.write({}, kind=Kind.LICENSE, private_key=PRIVATE_KEY, secret=KEY)
        for _ in range(2)
    )

    assert one != two
