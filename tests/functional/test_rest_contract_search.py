"""REST.md: search, links and what the search by meaning will answer."""

import pytest

from gateway.rest import models
from tests.functional.rest import Rest


async def results(rest: Rest, query: str) -> list[dict[str, object]]:
    response = await rest.http.get(f"search?{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, object]] = response.json()["results"]
    return found


async def paths(rest: Rest, query: str) -> list[object]:
    return [result["path"] for result in await results(rest, query)]


# GET /search


async def test_a_search_has_name_path_snippet_and_score(rest: Rest) -> None:
    body = (await rest.http.get("search", params={"q": " Otter "})).json()

    models.SearchResults.model_validate(body)
    assert body == {
        "query": "Otter",
        "results": [
            {
                "name": "Setup",
                "path": "Docs/Setup",
                "snippet": "Install the otter. An otter is enough.",
                "score": 0.5,
            }
        ],
        "total": 1,
    }


async def test_results_are_sorted_by_the_score_of_the_contract(rest: Rest) -> None:
    await rest.put("Otter", "swims\n")
    await rest.put("Pond", "an otter in the pond and an otter beside it\n")

    found = await results(rest, "q=otter pond")

    assert [(hit["path"], hit["score"]) for hit in found] == [
        ("Pond", 0.75),
        ("Otter", 0.38),
        ("Docs/Setup", 0.25),
    ]


async def test_a_match_in_the_title_alone_has_no_snippet(rest: Rest) -> None:
    assert await results(rest, "q=42") == [
        {"name": "42", "path": "Docs/Numbers", "snippet": "", "score": 1.0}
    ]


async def test_frontmatter_is_not_searched(rest: Rest) -> None:
    assert await paths(rest, "q=howto") == []


async def test_terms_are_found_inside_words_as_older_clients_know_it(rest: Rest) -> None:
    await rest.put("compound", "Seeotterwiki\n")

    assert "Compound" in await paths(rest, "q=OTTERWI")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=otter&prefix=docs", ["Docs/Setup"]),
        ("q=otter&prefix=other", []),
        ("q=otter&tag=INSTALL", ["Docs/Setup"]),
        ("q=otter&tag=python", []),
        ("q=otter&mode=keyword", ["Docs/Setup"]),
    ],
)
async def test_a_search_is_narrowed(rest: Rest, query: str, expected: list[str]) -> None:
    assert await paths(rest, query) == expected


async def test_the_limit_cuts_the_results_and_not_the_total(rest: Rest) -> None:
    for number in range(3):
        await rest.put(f"page{number}", "common word\n")

    body = (await rest.http.get("search?q=common&limit=2")).json()

    assert (len(body["results"]), body["total"]) == (2, 3)


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", "q=x&mode=telepathy", "q=x&limit=0", "q=x&limit=y"])
async def test_a_bad_search_is_422(rest: Rest, query: str) -> None:
    response = await rest.http.get(f"search?{query}")

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    "query", ['q="', "q=*", "q=a AND", "q=(x", "q=%00", "q=NEAR(a b)", "q=-", "q=title:x"]
)
async def test_signs_of_query_languages_mean_nothing(rest: Rest, query: str) -> None:
    assert (await rest.http.get(f"search?{query}")).status_code == 200


async def test_whoever_saved_a_page_finds_it_with_the_next_query(rest: Rest) -> None:
    await rest.put("new", "zebra\n")
    saved = await paths(rest, "q=zebra")
    await rest.change("new", "giraffe\n")
    changed = (await paths(rest, "q=zebra"), await paths(rest, "q=giraffe"))
    await rest.http.post("pages/new/rename", json={"new_path": "newer"})
    renamed = await paths(rest, "q=giraffe")
    await rest.http.delete("pages/newer")

    assert (saved, changed, renamed) == (["New"], ([], ["New"]), ["Newer"])
    assert await paths(rest, "q=giraffe") == []


async def test_a_commit_by_plain_git_is_found_with_the_next_query(rest: Rest) -> None:
    rest.commit("by-hand.md", "platypus\n")

    assert await paths(rest, "q=platypus") == ["By-Hand"]


# GET /links


async def test_links_of_a_page_go_both_ways(rest: Rest) -> None:
    body = (await rest.http.get("links/Home")).json()

    models.PageLinks.model_validate(body)
    assert body == {
        "path": "Home",
        "links_to": ["Docs/Setup", "Guide", "Missing Page"],
        "linked_from": ["Guide"],
    }


async def test_links_of_a_missing_page_are_never_404(rest: Rest) -> None:
    missing = (await rest.http.get("links/missing%20page")).json()
    unknown = (await rest.http.get("links/who/knows")).json()

    assert missing == {"path": "Missing Page", "links_to": [], "linked_from": ["Home"]}
    assert unknown == {"path": "Who/Knows", "links_to": [], "linked_from": []}


async def test_the_graph_has_every_page_and_missing_targets(rest: Rest) -> None:
    body = (await rest.http.get("links")).json()

    models.LinkGraph.model_validate(body)
    assert set(body) == {"nodes", "edges"}
    assert sorted(body["nodes"]) == ["Docs/Numbers", "Docs/Setup", "Guide", "Home", "Missing Page"]
    assert {"source": "Home", "target": "Missing Page"} in body["edges"]
    assert len(body["edges"]) == 4


async def test_links_are_fresh_after_a_rename(rest: Rest) -> None:
    await rest.http.post("pages/guide/rename", json={"new_path": "manual"})

    assert (await rest.http.get("links/manual")).json()["linked_from"] == ["Home"]
    assert (await rest.http.get("links/home")).json()["linked_from"] == ["Manual"]
    assert (await rest.http.get("links/guide")).json()["linked_from"] == []


# What needs the search by meaning


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "search?q=x&mode=semantic"),
        ("GET", "semantic-search?q=x"),
        ("GET", "semantic-search?q=x&n=many&max_chunks_per_page=9"),
        ("POST", "reindex"),
        ("GET", "reindex/status"),
    ],
)
async def test_search_by_meaning_is_503_until_there_is_one(rest: Rest, method: str, url: str) -> None:
    response = await rest.http.request(method, url)

    assert (response.status_code, response.json()["code"]) == (503, "unavailable")


async def test_search_by_meaning_without_a_query_is_422(rest: Rest) -> None:
    assert (await rest.http.get("semantic-search")).status_code == 422


async def test_hybrid_search_answers_from_the_words_and_says_so(rest: Rest) -> None:
    body = (await rest.http.get("search?q=otter&mode=hybrid")).json()

    models.SearchResults.model_validate(body)
    assert (body["total"], body["mode"]) == (1, "keyword")
    assert body["note"]


async def test_the_state_of_the_vectors_is_told_without_a_token(rest: Rest) -> None:
    body = (await rest.http.get("chroma-status")).json()

    models.VectorStatus.model_validate(body)
    assert (body["status"], body["document_count"]) == ("unavailable", 0)
