import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="vopt")


@app.cell(hide_code=True)
def moved(mo, slider, visitor):
    mo.md(f"moved to {slider.value} by {visitor.person}")
    return


@app.cell(hide_code=True)
def controls(mo):
    slider = mo.ui.slider(0, 1000, label="slider")
    mo.hstack([slider])
    return (slider,)


@app.cell(hide_code=True)
def file(mo, visitor):
    mo.download(f"the secret of {visitor.person}".encode(), filename="secret.csv")
    return


@app.cell(hide_code=True)
def start(mo, visitor_of):
    visitor = visitor_of(mo.app_meta().request)
    return (visitor,)


@app.cell(hide_code=True)
def loading():
    import marimo as mo

    from vopt_lib.ui.visitor import visitor_of

    return mo, visitor_of


if __name__ == "__main__":
    app.run()
