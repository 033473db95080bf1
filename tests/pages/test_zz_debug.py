import time
from tests.pages import listing, look, source
from tests.house.story import aside, complete
def cpu(): return int(open("/sys/fs/cgroup/cpuacct/e/cpuacct.usage").read())/1e9
def test_dbg(story, stage, asker):
    tot={}; wall={}
    state={"c":cpu(),"w":time.time()}
    def lap(k):
        c,w=cpu(),time.time(); tot[k]=tot.get(k,0)+c-state["c"]; wall[k]=wall.get(k,0)+w-state["w"]; state.update(c=c,w=w)
    n=0
    pages=[]
    for b in listing.READ[::9]:
        pages+=list(listing.read(asker,b))[:1]
    lap("ask")
    for s in pages:
        n+=1
        list(source.faults(s)); lap("source")
        page=stage.show(s); lap("show")
        list(look.keyboard(page)); lap("keyboard")
        page.evaluate("look.pictures()"); page.evaluate(look.AXE); lap("inject")
        page.evaluate("look.flatten()"); lap("flatten")
        for w in (1280,390):
            look.whole(page,w); lap(f"whole{w}")
            for sch,o in (("light",look.EVERY_RULE),("dark",look.OF_COLOURS)):
                page.emulate_media(color_scheme=sch); page.evaluate("s=>look.theme(s)",sch); lap(f"theme{w}{sch}")
                list(look.axe(page,o)); lap(f"axe{w}{sch}")
        list(look.reflow(page)); lap("reflow")
    print("PAGES",n)
    for k in tot: print(k, round(tot[k]/n,3), round(wall[k]/n,3))
    print("TOTAL",sum(tot.values())/n,sum(wall.values())/n)
