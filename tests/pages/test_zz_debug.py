import os
from tests.pages import listing, look
from django.contrib import admin


def test_dbg(story, stage):
    for n in os.environ["M"].split():
        model = next(x for x in admin.site._registry if x._meta.label_lower == n)
        for s in list(listing.administration(story, model)):
            page = stage.show(s)
            list(look.keyboard(page))
            page.evaluate(look.AXE)
            page.evaluate("look.flatten()")
            for w in (1280, 390):
                look.whole(page, w)
                r = page.evaluate("o=>axe.run(document,o)", look.OF_COLOURS)
                for i in r["incomplete"]:
                    for nd in i["nodes"][:3]:
                        print(
                            s.name,
                            w,
                            nd["target"],
                            nd["any"][0]["message"],
                            [x["html"][:150] for x in nd["any"][0]["relatedNodes"]],
                            nd["any"][0]["data"],
                            nd["html"][:200],
                        )
                        print(
                            page.evaluate(
                                "t=>{const e=document.querySelector(t),r=e.getBoundingClientRect();const out=[];for(const [x,y] of [[r.x+1,r.y+1],[r.right-1,r.y+1],[r.x+1,r.bottom-1],[r.right-1,r.bottom-1]]) out.push(document.elementsFromPoint(x,y).slice(0,2).map(e=>e.outerHTML.slice(0,80)));return [r.x,r.y,r.width,r.height,innerHeight,innerWidth,scrollY,document.documentElement.scrollHeight,out, [...e.getClientRects()].map(x=>[x.x,x.y,x.width,x.height]), document.querySelector('.portal-scroll').getBoundingClientRect().toJSON()]}",
                                nd["target"][0],
                            )
                        )
                page.screenshot(path=f"/tmp/f/e-{w}.png")
