import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt", css_file="../../../vopt_lib/ui/static/page.css")


@app.cell(hide_code=True)
def arrived(claim, desk, get_upload, hashlib, member, show, tag):
    upload_id, name = get_upload()
    sha256 = hashlib.sha256(claim(desk, member, upload_id).read_bytes()).hexdigest() if upload_id else ""
    show(tag("p", f"{name} {sha256}", id="arrived", class_="vopt-as-of"))
    return


@app.cell(hide_code=True)
def dropping(desk, set_upload, upload_box, words):
    box = upload_box(words, lambda *upload: set_upload(upload), most_mb=desk.settings.upload_max_mb, accept=".zip")
    box  # noqa: B018 - what the cell shows
    return (box,)


@app.cell(hide_code=True)
def start(member_of, mo, open_desk, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    words = visitor.words
    desk = open_desk()
    member = member_of(desk, visitor)
    get_upload, set_upload = mo.state(("", ""))
    return desk, get_upload, member, set_upload, words


@app.cell(hide_code=True)
def loading():
    import hashlib

    import marimo as mo

    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.shop.opening import member_of
    from vopt_lib.desk.shop.uploads import claim
    from vopt_lib.ui.markup import show, tag
    from vopt_lib.ui.upload import upload_box
    from vopt_lib.ui.visitor import visitor_of

    return claim, hashlib, member_of, mo, open_desk, show, tag, upload_box, visitor_of


if __name__ == "__main__":
    app.run()
