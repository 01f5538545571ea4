"""Products of the sales zone."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from expo import publication
from expo.admin import jobs
from expo.admin.acts import Act, ActsAdmin, is_end, leading_to
from expo.admin.base import HistoryAdmin, Waiting
from expo.admin.pictures import PictureInline
from expo.admin.start import Counted
from expo.admin.touches import by_ending_sale
from expo.models import PRODUCT_MOVES, Product, ProductState
from expo.templatetags.fair import money

S = ProductState
ACTS = (
    Act("submit", _("Hand in"), publication.submit_product, leading_to(PRODUCT_MOVES, S.SUBMITTED)),
    Act("publish", _("Publish"), publication.publish_product, leading_to(PRODUCT_MOVES, S.PUBLISHED), tone="go"),
    Act("return", _("Return"), publication.return_product, leading_to(PRODUCT_MOVES, S.RETURNED), reason="required"),
    Act("redraft", _("Open again"), publication.redraft_product, leading_to(PRODUCT_MOVES, S.DRAFT)),
    Act("pause", _("Pause"), publication.pause_product, leading_to(PRODUCT_MOVES, S.PAUSED)),
    Act(
        "withdraw",
        _("Withdraw"),
        publication.withdraw_product,
        leading_to(PRODUCT_MOVES, S.WITHDRAWN),
        reason="optional",
        tone="stop",
        irreversible=is_end(PRODUCT_MOVES, S.WITHDRAWN),
        touches=by_ending_sale,
    ),
)


@admin.register(Product)
class ProductAdmin(ActsAdmin, HistoryAdmin):
    job = jobs.EXHIBITION
    in_menu = True
    acts = ACTS
    counted = (
        Counted(_("products on sale"), lambda rows: rows.published(), "state__exact=published"),
        Counted(_("products in review"), lambda rows: rows.waiting(), "waiting=1"),
    )
    list_display = ("__str__", "state_badge", "organization", "sector", "price_tag", "stock", "is_sample")
    list_filter = (Waiting, "state", "sector", "origin")
    list_select_related = ("organization", "sector")
    search_fields = ("title_en", "title_zh", "slug", "organization__name_en", "organization__name_zh")
    search_help_text = _("Title or seller")
    autocomplete_fields = ("organization", "sector", "innovation")
    prepopulated_fields = {"slug": ("title_en",)}
    inlines = (PictureInline,)
    fieldsets = (
        (
            None,
            {"fields": (("title_en", "title_zh"), "slug", "state", "organization", "sector", "innovation", "origin")},
        ),
        (_("Story"), {"fields": (("claim_en", "claim_zh"), ("description_en", "description_zh"))}),
        (
            _("Sale"),
            {
                "fields": (
                    ("price", "currency"),
                    ("unit_en", "unit_zh"),
                    ("minimum_order", "lead_time_days", "stock"),
                    "position",
                )
            },
        ),
    )

    @admin.display(description=_("price"), ordering="price")
    def price_tag(self, product: Product) -> str:
        return money(product.price, product.currency) or str(_("on request"))
