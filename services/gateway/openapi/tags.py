"""Under which heading an operation stands in the document: by the beginning of its path."""

from dataclasses import dataclass

from services.gateway.language.choosing import CHINESE, Language


@dataclass(frozen=True, slots=True)
class Tag:
    """`paths` are beginnings of paths; of all tags the longest one that fits counts."""

    zh: str
    en: str
    paths: tuple[str, ...]
    about_zh: str
    about_en: str

    def name(self, language: Language) -> str:
        return self.zh if language == CHINESE else self.en

    def about(self, language: Language) -> str:
        return self.about_zh if language == CHINESE else self.about_en


TAGS = (
    Tag(
        "群众上报",
        "Reports",
        ("/reports", "/categories", "/quick", "/imports"),
        "居民上报诉求、矛盾纠纷、微心愿和项目；派单员立案、退回、并案。",
        "Residents report incidents, disputes, wishes and projects; dispatchers accept, reject and merge them.",
    ),
    Tag(
        "案件",
        "Cases",
        ("/cases",),
        "一个案件的全貌：上报、工单、评价和时间线。",
        "All of a case: its report, its order, its evaluation and its timeline.",
    ),
    Tag(
        "组织派单与红管家服务",
        "Work orders",
        ("/orders",),
        "派单、认领、接单、办理、办结、核查，以及议事、联席、延期、挂账。",
        "Assigning, claiming, accepting, working, completing and verifying; deliberations, joint work, extensions.",
    ),
    Tag(
        "动态",
        "Live",
        ("/inbox", "/map"),
        "案件发生变化时立即推送，断线重连不丢；全市一张图。",
        "What happens, told as it does and without a gap after a line was cut; and the map of the city.",
    ),
    Tag(
        "推送",
        "Webhooks",
        ("/webhooks",),
        "其他系统登记地址，事件发生后带签名推送；失败的可查看、可重发。",
        "Other systems are told of events by signed requests; what fails can be looked at and sent again.",
    ),
    Tag(
        "图片",
        "Pictures",
        ("/pictures",),
        "随上报和办结附上的图片；只有能看到案件的人才能看到图片。",
        "Pictures that come with reports and completions; seen by those only who may see the case.",
    ),
    Tag(
        "群众评价",
        "Ratings",
        ("/evaluations", "/ratings"),
        "居民评价服务；办理方申诉；没有账号的人凭链接评价。",
        "Residents rate the service; whoever served may appeal; people without an account rate by a link.",
    ),
    Tag(
        "跟进链接",
        "Following",
        ("/follow",),
        "由工作人员代报、没有账号的居民，凭链接查看进度并前往评价。",
        "Residents whose report a worker took down follow it by a link, without an account, and come to the rating.",
    ),
    Tag(
        "定期评价",
        "Campaigns",
        ("/campaigns",),
        "居民代表定期评价物业企业和网格，无记名投票。",
        "Representatives evaluate property companies and grids from time to time, by secret ballot.",
    ),
    Tag(
        "组织",
        "Organisation",
        ("/units", "/stewards", "/leaves"),
        "单元树、红管家和请假。",
        "The tree of units, the stewards and their leaves.",
    ),
    Tag(
        "指标与月报",
        "Indicators",
        ("/indicators", "/reports/monthly", "/analysis"),
        "响应率、解决率、满意率等指标，月报，以及匿名的案件明细。",
        "Response, resolution, satisfaction and other indicators, the monthly report, and cases under pseudonyms.",
    ),
    Tag(
        "封禁",
        "Blocks",
        ("/blocks",),
        "在一段时间内不让某人、某个程序或某个地址使用本服务，留有记录。",
        "Persons, programs and addresses that are kept out for a time, on record.",
    ),
)


def tag_of(path: str) -> Tag:
    """Raises LookupError for a path under no heading."""
    fitting = [(len(begins), tag) for tag in TAGS for begins in tag.paths if path.startswith(begins)]
    if not fitting:
        raise LookupError(f"{path} has no tag: add its beginning to services/gateway/openapi/tags.py")
    return max(fitting, key=lambda pair: pair[0])[1]
