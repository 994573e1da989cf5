import pytest
from crispy_forms.layout import Layout, Row
from django import forms
from django.template import Context, Template

from ui.forms import Arranged, Fault, faults


class OrderForm(Arranged, forms.Form):
    name = forms.CharField(error_messages={"required": "Give the app a name."})
    hosting = forms.ChoiceField(
        choices=[("c", "Cloud"), ("o", "On-Premises")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where it runs."},
    )

    def clean(self):
        raise forms.ValidationError("Your company has no agreement for this.")


@pytest.fixture
def drawn():
    page = Template("{% load ui %}{% form_page form submit='Order' cancel='/apps/' %}")
    return lambda form, **more: page.render(Context({"form": form} | more))


def test_faults_come_in_the_order_of_the_page_and_lead_to_their_fields():
    assert faults(OrderForm({})) == [
        Fault("", "", "Your company has no agreement for this."),
        Fault("id_name", "Name", "Give the app a name."),
        Fault("id_hosting_0", "Hosting", "Choose where it runs."),
    ]


def test_a_fresh_form_has_no_summary(drawn):
    html = drawn(OrderForm())

    assert "error-summary" not in html
    assert "is-invalid" not in html


def test_a_wrong_form_says_each_thing_on_top_and_at_its_field(drawn):
    html = drawn(OrderForm({}))

    assert "3 things to correct" in html
    assert '<a href="#id_hosting_0">Hosting: Choose where it runs.</a>' in html
    assert html.count("Your company has no agreement for this.") == 1
    assert html.count("Choose where it runs.") == 2
    assert 'tabindex="-1" autofocus' in html


def test_the_error_of_a_choice_stands_after_the_list(drawn):
    html = drawn(OrderForm({"name": "x"}))

    last_choice = html.index('value="o"')
    assert html.index("</div>", last_choice) < html.index('id="id_hosting_error"')
    assert 'aria-describedby="id_hosting_error"' in html


def test_the_page_owns_the_form_the_token_and_the_buttons(drawn):
    html = drawn(OrderForm(), csrf_token="abc")

    assert html.count("<form") == 1
    assert 'name="csrfmiddlewaretoken" value="abc"' in html
    assert html.count("csrfmiddlewaretoken") == 1
    assert '<button class="btn btn-primary" type="submit">Order</button>' in html
    assert '<a class="btn btn-quiet" href="/apps/">Cancel</a>' in html
    assert "multipart" not in html


def test_a_form_with_files_is_sent_in_parts(drawn):
    class Upload(OrderForm):
        log = forms.FileField()

    assert 'enctype="multipart/form-data"' in drawn(Upload())


def test_required_fields_are_marked(drawn):
    class Note(Arranged, forms.Form):
        must = forms.CharField()
        may = forms.CharField(required=False)

    assert drawn(Note()).count("asteriskField") == 1


def test_a_layout_says_how_the_fields_stand(drawn):
    class Beside(OrderForm):
        @property
        def layout(self):
            return Layout(Row("name", "hosting"))

    assert 'class="row ' in drawn(Beside())
    assert 'class="row ' not in drawn(OrderForm())
