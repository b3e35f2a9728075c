"""Following by a link, as JSON: for chat bots and mini programs that show it in their own way."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.following.material import FollowedView, RatingTokenView, look, open_rating
from services.gateway.rest.rating_links import NO_TOKEN
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/follow/<token>/case")
    @blueprint.doc(summary="跟进链接 How far the case of a link is; 410 says why no more", security=NO_TOKEN)
    @blueprint.response(200, FollowedView)
    @blueprint.alt_response(410)
    def get_followed_case(token: str) -> Response:
        return jsonify(look(calls, token))

    @blueprint.route("/follow/<token>/rating", methods=["POST"])
    @blueprint.doc(summary="去评价 The rating link that it leads to, once the case is served", security=NO_TOKEN)
    @blueprint.response(200, RatingTokenView)
    @blueprint.alt_response(403)
    @blueprint.alt_response(409)
    @blueprint.alt_response(410)
    def open_rating_link(token: str) -> Response:
        return jsonify(token=open_rating(calls, token))
