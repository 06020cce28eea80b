"""Django serves what edgepress published: its own code reads our manifests and must find every file.

    python tests/frameworks/manifests.py EDGEPRESS WORK      needs Django and django-vite

collectstatic makes a tree with hashed names and a staticfiles.json, edgepress presses it (once adopting Django's names,
once with names = "rehash"), and ManifestStaticFilesStorage then has to resolve every logical name to a file that is
there, with the manifest hash it would have computed itself. django-vite does the same for a manifest of Vite.
"""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import django
from django.conf import settings

edgepress, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
passed = failed = 0


def check(holds, what):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(("ok      " if holds else "FAILED  ") + what)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def press(site, out, config=""):
    # The manifest stays where the framework looks for it: in the tree.
    write(work / "edgepress.toml", config)
    line = [edgepress, "build", site, "-o", out, "--no-cache", "--quiet", "--config", work / "edgepress.toml"]
    subprocess.run(line, check=True)


shutil.rmtree(work, ignore_errors=True)
source, root, vite = work / "source", work / "root", work / "vite"
write(source / "css/base.css", "@import url('theme.css');\nbody { background : url(../img/dot.svg) }\n")
write(source / "css/theme.css", "p { color : #ff0000 }\n")
write(source / "js/app.js", "( function ( ) { console . log ( 'hello' ) } ) ( )\n")
write(source / "img/dot.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"> <rect width="4" height="4"/> </svg>\n')
write(source / "fonts/caf\u00e9.txt", "text\n")

settings.configure(
    DEBUG=False,
    SECRET_KEY="test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.staticfiles", "django_vite"],
    STATIC_URL="/static/",
    STATIC_ROOT=str(root),
    STATICFILES_DIRS=[str(source)],
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DJANGO_VITE={"default": {"dev_mode": False, "manifest_path": str(vite / "out/manifest.json")}},
)

from django.core.files.base import ContentFile  # noqa: E402
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.urls import re_path  # noqa: E402
from django.views.static import serve  # noqa: E402

served = {"folder": ""}
urlpatterns = [re_path(r"^static/(?P<path>.*)$", lambda request, path: serve(request, path, served["folder"]))]

# The manifest of Vite is there before Django reads it; its plain name is one that edgepress may change.
write(vite / "dist/assets/app.css", "p { color : #ff0000 }\n")
write(vite / "dist/assets/main-W1erjkBN.js", "export const x = 1 ;\nconsole . log ( x )\n")
write(
    vite / "dist/manifest.json",
    json.dumps({"src/main.js": {"file": "assets/main-W1erjkBN.js", "src": "src/main.js", "isEntry": True, "css": ["assets/app.css"]}}),
)
press(vite / "dist", vite / "out")
django.setup()

hashing = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
with override_settings(STORAGES=hashing):
    call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
before = json.loads((root / "staticfiles.json").read_text())
for mode in ["content", "rehash"]:
    out = work / mode
    press(root, out, f'names.mode = "{mode}"\n')
    served["folder"] = str(out)
    storage = ManifestStaticFilesStorage(location=str(out), base_url="/static/")
    check(len(storage.hashed_files) == len(before["paths"]), f"{mode}: Django reads the manifest")
    expected = storage.file_hash(None, ContentFile(json.dumps(sorted(storage.hashed_files.items())).encode()))
    check(storage.manifest_hash == expected, f"{mode}: the manifest's hash is the one Django would compute")
    client = Client()
    for logical, was in sorted(before["paths"].items()):
        url = storage.url(logical)
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.status_code == 200 else b""
        check(response.status_code == 200 and body, f"{mode}: {logical} is served as {url}")
        is_new = Path(url).name != Path(was).name
        if mode == "content":
            check(not is_new, f"{mode}: {logical} keeps the name that Django gave it")
    sheet = (out / storage.stored_name("css/base.css")).read_text()
    names = [Path(storage.stored_name(name)).name for name in ["css/theme.css", "img/dot.svg"]]
    check(all(name in sheet for name in names), f"{mode}: the sheet names {names}")
    if mode == "rehash":
        check(storage.stored_name("css/theme.css") != before["paths"]["css/theme.css"], "rehash: names are ours")

page = Template("{% load django_vite %}{% vite_asset 'src/main.js' %}").render(Context())
names = [part.split('"')[0].removeprefix("/static/") for part in page.replace("href=", "src=").split('src="')[1:]]
check(len(names) == 2, f"django-vite: {page.strip()}")
for name in names:
    check((vite / "out" / name).is_file(), f"django-vite: {name} is there")

print(f"{passed} passed, {failed} failed")
sys.exit(bool(failed))
