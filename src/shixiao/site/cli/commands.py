"""Every command of `shixiao`, declared: what it is called, takes and says of itself."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Command, Operand, Option
from shixiao.site.cli.layout import OPTIONS as _LAYOUT_OPTIONS

_FORMATS = ("text", "json", "sarif")
_WRITTEN = ("json", "txt", "docx", "xlsx", "html")
_CONFIG = Option(
    "config",
    Text(
        "用这个设置文件；不写时从当前文件夹往上找 shixiao.toml",
        "use this settings file; without it shixiao.toml is looked for from here upwards",
    ),
    metavar="FILE",
)

READ = Command(
    "read",
    Text("读懂指标值：每行一个 JSON 进，每行一个 JSON 出", "read targets: JSON lines in, JSON lines out"),
    module="reading",
    about=Text(
        '从标准输入逐行读取 {"id","name","category","value_text","columns"}，把读法逐行写到标准输出，id 不变。'
        "读不了的行得到一行 id 和 error，其余照读。unsure、repairs 和 error 里的句子随 SHIXIAO_LANG 或系统语言。结束状态总是 0。",
        'Takes {"id","name","category","value_text","columns"} line by line from standard input and writes the reading '
        "of each to standard output with the same id. A line that cannot be used gets a line with id and error, and the "
        "others are still read. The sentences of unsure, repairs and error follow SHIXIAO_LANG or the locale. The exit "
        "status is always 0.",
    ),
    examples=(
        (
            """echo '{"id":1,"name":"结案率","value_text":"≥95%"}' | shixiao read""",
            Text("读一条", "read one target"),
        ),
    ),
)
CHECK = Command(
    "check",
    Text("检查绩效目标表，给出问题和修改建议", "check performance tables: findings and suggested repairs"),
    module="checking",
    about=Text(
        "检查文件，或文件夹里所有能读的文件。每个问题一行：文件:序号、规则、程度、说明、建议。"
        "结束状态：0 没有错误，1 有“错误”级问题，2 有内容读不出来（其余照查），130 被中断。",
        "Checks files, and in folders every file that can be read. One line for each finding: file:row, rule, severity, "
        "message, repair. Exit status: 0 no errors, 1 findings of severity error, 2 something could not be read (the "
        "others still are), 130 interrupted.",
    ),
    operands=(Operand("PATH", Text("文件或文件夹；- 表示标准输入", "files and folders; - is standard input"), most=0),),
    options=(
        Option("format", Text("输出格式", "how to write the findings"), short="f", choices=_FORMATS, default="text"),
        Option(
            "output",
            Text("写到文件，而不是标准输出", "write to a file instead of standard output"),
            short="o",
            metavar="FILE",
        ),
        Option(
            "select",
            Text("只查这些规则（编号或类别，逗号分隔）", "ask these rules only (ids or families, by commas)"),
            metavar="RULES",
            is_many=True,
        ),
        Option(
            "ignore",
            Text("不查这些规则（编号或类别，逗号分隔）", "leave these rules out (ids or families, by commas)"),
            metavar="RULES",
            is_many=True,
        ),
        Option(
            "fix",
            Text(
                "把能改的改好，按原来的格式另存为旁边的 原名.fixed.后缀；原文件和已有的文件都不动",
                "write a repaired copy beside it in the same format, NAME.fixed.SUFFIX; no existing file is touched",
            ),
        ),
        Option(
            "jobs",
            Text("同时用几个进程；auto 由文件多少决定", "how many processes; auto goes by the number of files"),
            short="j",
            metavar="N|auto",
            choices=("auto",),
            default="auto",
            is_number=True,
        ),
        *_LAYOUT_OPTIONS,
        _CONFIG,
        Option(
            "progress",
            Text("不在终端上时也显示进度", "show the progress also when standard error is no terminal"),
        ),
    ),
    examples=(
        ("shixiao check 2026.txt", Text("检查一份表", "check one table")),
        ("shixiao check --format json -o 结果.json 各区/", Text("检查一个文件夹", "check a folder")),
        ("shixiao check --select sums,L14 2026.txt", Text("只查合计和前后一致", "ask about sums and L14 only")),
        ("shixiao check --fix 2026.txt", Text("另存一份改好的", "write a repaired copy")),
    ),
)
SHOW = Command(
    "show",
    Text(
        "把一份表显示成树：单位、项目、资金、指标和读法",
        "show a table as a tree: units, projects, funds, indicators, readings",
    ),
    module="showing",
    operands=(Operand("FILE", Text("文件；- 表示标准输入", "the file; - is standard input")),),
    options=_LAYOUT_OPTIONS,
)
DIFF = Command(
    "diff",
    Text("比较两份表：增删改了什么，目标变严还是变松", "compare two tables: what changed, and which targets moved"),
    module="differing",
    about=Text(
        "逐字比较两份表（不论格式），单位、项目、指标按名称对应，改了名的按相似程度对应；只是换了顺序不算改动。"
        "结束状态：0 没有不同，1 有不同，2 有一份读不出来。",
        "Compares two tables word by word, whatever their formats. Units, projects and indicators are found again by "
        "name, renamed ones by likeness; another order alone is no change. Exit status: 0 no differences, 1 "
        "differences, 2 one could not be read.",
    ),
    operands=(
        Operand("OLD", Text("原来的；- 表示标准输入", "the old one; - is standard input")),
        Operand("NEW", Text("现在的", "the new one")),
    ),
    options=(
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
    ),
    examples=(("shixiao diff 2025.txt 2026.json", Text("今年与去年相比", "this year against last year")),),
)
CONVERT = Command(
    "convert",
    Text("换一种格式保存", "save in another format"),
    module="converting",
    about=Text(
        "读 FILE，按 OUT 的后缀（.json、.txt、.docx、.xlsx、.html）写出。不覆盖已有的文件，除非加 --force。",
        "Reads FILE and writes OUT in the format of its suffix (.json, .txt, .docx, .xlsx, .html). An existing file is "
        "not overwritten without --force.",
    ),
    operands=(
        Operand("FILE", Text("文件；- 表示标准输入", "the file; - is standard input")),
        Operand("OUT", Text("写到哪里；- 表示标准输出", "where to; - is standard output")),
    ),
    options=(
        Option("force", Text("覆盖已有的文件", "overwrite an existing file")),
        Option(
            "to",
            Text(
                "输出格式；不写时看 OUT 的后缀，标准输出是 json",
                "the format; by default the suffix of OUT, json on standard output",
            ),
            choices=_WRITTEN,
        ),
        *_LAYOUT_OPTIONS,
    ),
    examples=(
        ("shixiao convert 2026.pdf 2026.xlsx", Text("PDF 变 Excel", "PDF to Excel")),
        ("shixiao convert 2026.txt - | jq .units", Text("接到别的程序", "into another program")),
    ),
)
RULES = Command(
    "rules",
    Text("列出检查规则，或说明其中一条", "list the rules, or explain one"),
    module="ruling",
    operands=(Operand("ID", Text("规则编号，如 L05", "the id of a rule, such as L05"), least=0),),
)
SCHEMA = Command(
    "schema",
    Text("打印 JSON 输出的 JSON Schema", "print the JSON Schema of a command's JSON"),
    module="schema",
    operands=(
        Operand(
            "COMMAND",
            Text("哪个命令的输出", "whose output"),
            choices=(
                "board",
                "check",
                "check-deploy",
                "convert",
                "diff",
                "drill",
                "publish",
                "read",
                "restore",
                "verify",
                "verify-bundle",
                "why",
            ),
        ),
    ),
)
IMPORT = Command(
    "import",
    Text("把一份表作为正式的绩效目标表收入系统", "accept a table into the system as an office's plan"),
    module="importing",
    about=Text(
        "读取、检查并收入一份表，以 --by 的名义记入台账。同一份表收两次不会有两份。",
        "Reads, checks and accepts a table, recorded in the ledger in the name of --by. The same table twice makes no "
        "second copy.",
    ),
    operands=(Operand("FILE", Text("文件；- 表示标准输入", "the file; - is standard input")),),
    options=(
        Option("by", Text("以哪个用户的名义（登录名）", "the user in whose name (sign-in name)"), metavar="USER"),
        Option(
            "year",
            Text("哪一年的表；不写时看标题和文件名", "the year; by default from the title and the file name"),
            metavar="YEAR",
            is_number=True,
        ),
        *_LAYOUT_OPTIONS,
    ),
)
_HOST = Option(
    "host",
    Text(
        "监听的地址（默认只有本机 127.0.0.1；--lan 时是所有地址）",
        "the address to listen on (by default this machine only, 127.0.0.1; with --lan every address)",
    ),
    metavar="HOST",
)
_PORT = Option("port", Text("监听的端口", "the port to listen on"), metavar="PORT", default="8000", is_number=True)
_LAN = Option(
    "lan",
    Text(
        "给局域网里的手机用 HTTPS：自动签发本机证书，并说明怎样信任它",
        "HTTPS for the phones in the office: makes a certificate here and says how to trust it",
    ),
)
SERVE = Command(
    "serve",
    Text("启动网页服务和后台进程", "start the web server and the worker"),
    module="serving",
    about=Text(
        "准备好数据库，启动网页服务和一个后台进程，适合一台机器；正式部署用 web 和 worker。--demo 另外收入广州样表，"
        "并打印登录名。按 Ctrl-C 停止。",
        "Makes the database ready and starts the web server and a worker, for one machine; in production use web and "
        "worker. --demo also accepts the Guangzhou sample and prints the sign-in names. Ctrl-C stops it.",
    ),
    options=(
        _HOST,
        _PORT,
        _LAN,
        Option("demo", Text("演示：收入样表，建好演示用户", "demonstration: accept the sample, make the users")),
    ),
    examples=(
        ("shixiao serve --demo", Text("试用", "try it")),
        ("shixiao serve --lan", Text("手机也用", "for phones, too")),
    ),
)
WEB = Command(
    "web",
    Text("启动网页服务（正式部署）", "start the web server (production)"),
    module="web_serving",
    about=Text(
        "只提供网页，不改数据库的结构，后台的事由 worker 做。部署检查发现错误时不启动，除非只在本机监听（前面有代理）；"
        "演示数据一律不启动。收到 SIGTERM 或按 Ctrl-C 后，做完手里的请求再停止。",
        "Serves the pages only; the database is not migrated, and jobs are done by `worker`. It does not start when the "
        "deploy check finds errors, unless it listens to this machine only (behind a proxy), and never with a "
        "demonstration. After SIGTERM or Ctrl-C it finishes the requests under way and stops.",
    ),
    options=(
        _HOST,
        _PORT,
        _LAN,
        Option("workers", Text("用几个进程", "how many processes"), metavar="N", default="2", is_number=True),
        Option(
            "threads", Text("每个进程用几个线程", "threads of each process"), metavar="N", default="3", is_number=True
        ),
    ),
    examples=(("shixiao web --host 127.0.0.1 --workers 4", Text("在 HTTPS 代理后面", "behind an HTTPS proxy")),),
)
WORKER = Command(
    "worker",
    Text("启动后台进程（正式部署）", "start a worker (production)"),
    module="working",
    about=Text(
        "到时间就做各项后台任务：到期的时限、提醒等。一项失败不影响其余，过一会儿重试；数据库断开再恢复会继续；可以同时"
        "运行几个。收到 SIGTERM 或按 Ctrl-C 后，做完手里的任务再停止。",
        "Does the jobs that are due: deadlines, reminders and the like. One that fails does not stop the others and is "
        "tried again; a database that was away is waited for; several workers may run at once. After SIGTERM or Ctrl-C "
        "it finishes the job under way and stops.",
    ),
)
CHECK_DEPLOY = Command(
    "check-deploy",
    Text("正式使用前检查部署", "check an installation before it serves others"),
    module="deploying",
    about=Text(
        "检查设置、数据库、磁盘、时钟、证书和后台进程，不改任何东西。用与服务相同的环境变量和账号运行。"
        "结束状态：0 没有错误，1 有错误。",
        "Checks settings, database, disk, clock, certificates and worker, and changes nothing. Run it with the "
        "environment and the account of the server. Exit status: 0 no errors, 1 errors.",
    ),
    options=(
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
    ),
    examples=(("shixiao check-deploy --format json", Text("给监控程序", "for a monitoring program")),),
)
VERIFY = Command(
    "verify",
    Text("核对：重新计算全部数字，与已存的比较", "count everything again and compare it with what is stored"),
    module="verifying",
    about=Text(
        "逐件按事件重算每个事项的事实，按事实重算全部汇总格，按当日所知重算每个存档读数，并检查台账的防篡改触发器。有不同就逐条"
        "列出存的是什么、应当是什么，不作任何修改；核对的时间和结果记入台账。可以在日常使用中运行。结束状态：0 全部一致，1 有不同，"
        "130 被中断。",
        "Works out the facts of each case anew from its events, all sums anew from the facts, each frozen reading anew from what was "
        "known on its day, and looks at the guard of the ledger. Each difference is told with what is stored and what it should be; "
        "nothing is repaired. When it was done and what came of it is recorded in the ledger. It may run while the office works. Exit "
        "status: 0 everything agrees, 1 differences, 130 interrupted.",
    ),
    options=(
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
    ),
    examples=(("shixiao verify --format json", Text("给监控程序", "for a monitoring program")),),
)
REBUILD = Command(
    "rebuild",
    Text("按事件重新得出全部事实", "make all facts anew from the events"),
    module="rebuilding",
    about=Text(
        "重新查看每个事项，补上缺的、改正错的，再并入汇总格。正确的事实原样不动。可以随时中断，再次运行时接着做；已经在做时，再次"
        "运行只是一起做完。可以在日常使用中运行。结束状态：0 完成，130 被中断。",
        "Looks at every case again, adds what is missing, puts right what is wrong, and folds it into the cells. Facts that are right "
        "stay as they are. It may be stopped at any time and goes on when it is run again; while one is under way, another call only "
        "helps with it. It may run while the office works. Exit status: 0 done, 130 interrupted.",
    ),
)
_AS_OF = Option(
    "as-of",
    Text("哪一天日终时的样子，如 2026-06-30；不写就是现在", "as it stood at the end of that day; without it now"),
    metavar="DATE",
)
_PLAN = Option(
    "plan",
    Text(
        "哪一份表：编号、年度或部门名称里的字；不写就是最近一年的",
        "which plan: its id, its year, or words of the office; by default that of the latest year",
    ),
    metavar="PLAN",
)
_STATUSES = (
    "achieved",
    "likely",
    "at_risk",
    "unlikely",
    "missed",
    "nothing_occurred",
    "no_evidence",
    "to_be_reviewed",
)
BOARD = Command(
    "board",
    Text("看板：每条指标现在或某一天的状态", "the board: where every indicator stands, now or on a past day"),
    module="boarding",
    about=Text(
        "列出最新一版表的每条指标：状态、数值、目标、余量；json 和 csv 另有预计和事项件数。没有证据的没有数值，不写成 0。"
        "限制台账的只有状态和比率。结束状态：0 列出，2 数据库没有准备好，或没有这份表、这一天。",
        "Lists each indicator of the newest version of a plan: status, value, target, headroom; json and csv have the forecast and the "
        "numbers of cases as well. What has no evidence has no value, never 0. Of restricted registers there is the status and a ratio only. "
        "Exit status: 0 listed, 2 the database is not ready, or there is no such plan or day.",
    ),
    options=(
        Option(
            "format", Text("输出格式", "how to write it"), short="f", choices=("text", "json", "csv"), default="text"
        ),
        _AS_OF,
        _PLAN,
        Option("status", Text("只列这种状态的", "those that stand so only"), choices=_STATUSES),
    ),
    examples=(
        ("shixiao board --status at_risk", Text("有风险的", "those at risk")),
        ("shixiao board --as-of 2026-06-30 --format json", Text("给别的程序", "for another program")),
    ),
)
WHY = Command(
    "why",
    Text("说明一条指标为什么是这个数", "explain why an indicator stands as it does"),
    module="explaining",
    about=Text(
        "从公布的原文到事项，逐句说明。INDICATOR 是行号，或名称里的字；符合的不止一条时列出来。"
        "结束状态：0 已说明，2 没有这条指标，或不止一条。",
        "Explains it sentence by sentence, from the published wording down to the cases. INDICATOR is its row or words of its name; where "
        "several fit they are listed. Exit status: 0 explained, 2 there is no such indicator, or several.",
    ),
    operands=(Operand("INDICATOR", Text("行号，或名称里的字", "its row, or words of its name"), most=0),),
    options=(
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
        _AS_OF,
        _PLAN,
    ),
    examples=(
        ("shixiao why 1", Text("第 1 行", "row 1")),
        ("shixiao why 办结率 --as-of 2026-06-30", Text("某一天的", "on a past day")),
    ),
)
_OUT = Option(
    "out",
    Text("表格放在哪个文件夹；没有就新建", "the folder for the forms; it is made where it is not there"),
    metavar="DIR",
)
_OF_FORMS = (
    Option(
        "project",
        Text("只做名称里有这些字的项目", "only the projects with these words in their names"),
        metavar="WORDS",
    ),
    Option(
        "kinds",
        Text(
            "哪些格式，用逗号分开（默认 docx,xlsx,pdf）", "which kinds, with commas between (by default docx,xlsx,pdf)"
        ),
        metavar="KINDS",
        is_many=True,
    ),
    _PLAN,
    Option(
        "by",
        Text(
            "以哪个用户的名义（登录名）；不写时记为程序",
            "the user in whose name (sign-in name); by default the program",
        ),
        metavar="USER",
    ),
)
MONITOR = Command(
    "monitor",
    Text(
        "绩效运行监控：按某一天终了时所知冻结，写出监控表",
        "monitoring: freeze what was known on a day and write the forms",
    ),
    module="monitoring",
    about=Text(
        "按 --until 那天终了时所知，把每个项目的读数、资金进度、预计和可能性冻结成一次，写出运行监控表。与上次相同的不再冻结。"
        "不写 --until 时是 7 月 31 日（还没到就是昨天）。结束状态：0 写好了，2 没有这份表、这一天，或不能写到那里。",
        "Freezes for each project the readings, the execution of funds, forecast and likelihood as they were known at the end of the day "
        "--until, and writes the monitoring forms. What is as before is not frozen again. Without --until it is 31 July, or yesterday "
        "where that has not come. Exit status: 0 written, 2 no such plan or day, or the folder is not writable.",
    ),
    options=(
        Option(
            "until",
            Text("截至哪一天终了，如 2026-07-31", "until the end of which day, such as 2026-07-31"),
            metavar="DATE",
        ),
        _OUT,
        *_OF_FORMS,
    ),
    examples=(("shixiao monitor --until 2026-07-31 --out 监控", Text("上半年加七月", "January to July")),),
)
EVALUATE = Command(
    "evaluate",
    Text(
        "绩效自评：计分、说明每一分扣在哪里，写出自评表",
        "self-evaluation: score, explain each missing point, write the forms",
    ),
    module="evaluating",
    about=Text(
        "按年末（还没到就是昨天）终了时所知给每个项目计分并冻结，写出自评表、结果汇总表和部门整体自评表。没有证据的不计分，并写明。"
        "与上次相同的不再冻结。结束状态：0 写好了，2 没有那一年的表，或不能写到那里。",
        "Scores each project by what was known at the end of the year (or yesterday where that has not come), freezes it, and writes the "
        "self-evaluation, the summary and the form of the whole department. What has no evidence is not scored, and that is said. What is "
        "as before is not frozen again. Exit status: 0 written, 2 there is no plan of that year, or the folder is not writable.",
    ),
    options=(
        Option(
            "year",
            Text("哪一年；不写时是最新的一年", "which year; by default the latest"),
            metavar="YEAR",
            is_number=True,
        ),
        Option(
            "until",
            Text("截至哪一天终了；不写时是年末", "until the end of which day; by default the end of the year"),
            metavar="DATE",
        ),
        _OUT,
        Option(
            "reports",
            Text("另写每个项目的评价报告提纲", "the outline of the evaluation report of each project as well"),
        ),
        *_OF_FORMS,
    ),
    examples=(("shixiao evaluate --year 2026 --out 自评", Text("全部项目，三种格式", "every project, three kinds")),),
)
MANAGE = Command(
    "manage",
    Text("运行 Django 的管理命令", "run one of Django's management commands"),
    module="managing",
    operands=(
        Operand(
            "WORD", Text("交给 Django 的命令和参数", "the command for Django, with its arguments"), least=0, most=0
        ),
    ),
    examples=(("shixiao manage accounts add li --role officer", Text("建一个账号", "make an account")),),
    passes_on=True,
)

_PASSPHRASE = Option(
    "passphrase-file",
    Text(
        "口令在这个文件的第一行；不写时看环境变量 SHIXIAO_BACKUP_PASSPHRASE",
        "the passphrase is the first line of this file; without it the environment is asked (SHIXIAO_BACKUP_PASSPHRASE)",
    ),
    metavar="FILE",
)
BACKUP = Command(
    "backup",
    Text("备份：数据库和附件，使用中就可以做", "back up database and attachments, while everybody works"),
    module="backing_up",
    about=Text(
        "把同一时刻的全部数据和附件写进一个新文件夹，读回来核对，再记入台账。网页和后台进程照常工作。中断的、没有做完的都不算备份，不会"
        "留下半份。格式不分 SQLite 和 PostgreSQL。结束状态：0 做成，2 没有做成，130 被中断。",
        "Writes all data and attachments as they are at one moment into a new folder, reads them back, and records it in the ledger. Pages "
        "and worker go on. What was interrupted is no backup and leaves nothing half. SQLite and PostgreSQL have one format. Exit "
        "status: 0 made, 2 not made, 130 interrupted.",
    ),
    options=(
        Option(
            "to",
            Text(
                "放在哪个文件夹；不写时是 SHIXIAO_BACKUPS，或数据文件夹里的 backups。最好是另一个磁盘",
                "the folder; by default SHIXIAO_BACKUPS, or backups in the data folder. Another disk is better",
            ),
            metavar="DIR",
        ),
        Option(
            "encrypt",
            Text(
                "用口令加密，连同签名密钥和证书", "seal it with a passphrase, the secret key and certificates included"
            ),
        ),
        _PASSPHRASE,
        Option(
            "keep",
            Text(
                "新的核对无误以后，只留最新的几份；不写时都留",
                "once the new one is verified, keep only so many of the newest; by default all stay",
            ),
            metavar="N",
            is_number=True,
        ),
    ),
    examples=(
        ("shixiao backup --to /mnt/backup --keep 14", Text("每天一份，留两周", "one a day, kept for two weeks")),
        ("shixiao backup --encrypt --passphrase-file /etc/shixiao-backup", Text("加密", "sealed")),
    ),
)
RESTORE = Command(
    "restore",
    Text("把一份备份恢复到空的地方", "restore a backup into an empty place"),
    module="restoring",
    about=Text(
        "先核对每个文件，再恢复到空的 SHIXIAO_HOME 和空的数据库（DATABASE_URL），然后逐件核对。不覆盖任何东西；中断后这里仍是空的。"
        "可以恢复到另一种数据库。结束状态：0 全部一致，1 恢复了但有不同，2 没有恢复，130 被中断。",
        "Looks at every file, restores into an empty SHIXIAO_HOME and an empty database (DATABASE_URL), and verifies everything. It "
        "overwrites nothing; broken off, the place is as empty as it was. It may be another kind of database. Exit status: 0 everything "
        "agrees, 1 restored with differences, 2 nothing restored, 130 interrupted.",
    ),
    operands=(Operand("BACKUP", Text("备份的文件夹", "the folder of the backup")),),
    options=(
        _PASSPHRASE,
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
    ),
    examples=(("SHIXIAO_HOME=/var/lib/new shixiao restore /mnt/backup/shixiao-…", Text("恢复", "restore")),),
)
DRILL = Command(
    "drill",
    Text("恢复演练：备份真的能恢复吗", "a restore drill: does the backup give everything back?"),
    module="drilling",
    about=Text(
        "把一份备份恢复到临时的地方，重算全部事实，看板逐个数字与备份时比较，用完即删；结果和用时记入台账作为证据。不影响正在使用的"
        "系统。不写 BACKUP 时用最新的一份。结束状态：0 通过，1 不通过（指出是哪个文件、哪一处），2 没有做。",
        "Restores a backup into a scratch place, counts all facts again, compares the boards with those of the day of the backup to the "
        "digit, and removes the place; outcome and duration are recorded as evidence. The system at work is not touched. Without BACKUP "
        "it takes the newest. Exit status: 0 green, 1 red (each file and place is named), 2 not held.",
    ),
    operands=(Operand("BACKUP", Text("备份的文件夹", "the folder of the backup"), least=0),),
    options=(
        _PASSPHRASE,
        Option(
            "on",
            Text(
                "在哪种数据库上；不写时与使用中的相同，不能建库时用 SQLite",
                "on which database; by default the one in use, or SQLite where none can be made",
            ),
            choices=("sqlite", "postgresql"),
        ),
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
    ),
    examples=(("shixiao drill --format json", Text("给监控程序", "for a monitoring program")),),
)
UPGRADE = Command(
    "upgrade",
    Text("升级数据库：先备份，再迁移，再核对", "bring the database to this version: back up, migrate, verify"),
    module="upgrading",
    about=Text(
        "停下 web 和 worker，装好新版本，然后运行它；PostgreSQL 上用表的所有者角色。备份做不成就不迁移。数据库比程序新时拒绝，并说明怎样"
        "退回。结束状态：0 完成或不用做，1 升级后核对有不同，2 没有升级。",
        "Stop web and worker, install the new version, then run this; on PostgreSQL as the role that owns the tables. Without a backup "
        "nothing is migrated. A database that is newer than the program is refused, with the way back. Exit status: 0 done or nothing to "
        "do, 1 differences after the upgrade, 2 not upgraded.",
    ),
    options=(
        Option("to", Text("备份放在哪个文件夹", "the folder of the backup"), metavar="DIR"),
        _PASSPHRASE,
    ),
)
SIMULATE = Command(
    "simulate",
    Text(
        "让一个虚构的单位过一年，数据全部标明“模拟”", "let an invented office live a year; everything is marked as such"
    ),
    module="simulating",
    about=Text(
        "用样表的单位和项目、虚构的人员，把一年的登记、支出、例行、迟报、更正和延期逐日办一遍，和真人办理走同样的步骤。同一个种子得到"
        "同样的一年。只写入空的数据库，或接着以前模拟的往下；已有真实数据时拒绝。",
        "With the units and projects of the sample and invented people, day after day: entries, payments, rounds, what is entered late, "
        "corrected and extended, by the same steps as people take. The same seed gives the same year. Only into an empty database, or on "
        "from what was simulated before; never among real work.",
    ),
    options=(
        Option("year", Text("哪一年", "which year"), metavar="YEAR", default="2026", is_number=True),
        Option("seed", Text("种子", "the seed"), metavar="N", default="2026", is_number=True),
        Option(
            "until",
            Text("到哪一天为止；不写时是全年", "until the end of that day; by default the whole year"),
            metavar="DATE",
        ),
        Option(
            "scale", Text("几倍的业务量", "how many times the usual volume"), metavar="N", default="1", is_number=True
        ),
        Option(
            "processes",
            Text("用几个进程；不写时每个处理器核心一个", "how many processes; by default one for each core"),
            metavar="N",
            is_number=True,
        ),
    ),
    examples=(("shixiao simulate --year 2026 --seed 7 --until 2026-06-30", Text("过半年", "half a year")),),
)
NEW_OFFICE = Command(
    "new-office",
    Text("新建一个办公系统的文件夹，能运行并通过自己的测试", "make the folder of a new office, working and tested"),
    module="founding",
    about=Text(
        "在源码的 offices/ 下写出一个新文件夹：步骤表、事件、职责、时限、说明和测试。别的文件一个也不改；删掉文件夹就"
        "删掉了它。怎样把它改成自己的，见 docs/howto/add-an-office.md。",
        "Writes a new folder below offices/ of the source: step table, events, responsibilities, limits, README, tests. No other "
        "file changes; deleting the folder removes it. What to do with it: docs/howto/add-an-office.md.",
    ),
    operands=(Operand("NAME", Text("英文名，如 gazette", "its name, such as gazette")),),
    options=(
        Option(
            "title", Text("中文名，如 公报；不写时用英文名", "its Chinese title; by default the name"), metavar="WORDS"
        ),
    ),
    examples=(("shixiao new-office gazette --title 公报", Text("新建公报", "make the gazette")),),
)
PUBLISH = Command(
    "publish",
    Text("公开一份表的目标、读数和得分；先看，再公开", "publish a plan's targets, readings and scores; look first"),
    module="publishing",
    about=Text(
        "有 --out：把将要公开的数据包、网页和表格写进文件夹，不公开。没有 --out：公开经过审核、批复和保密审查的自评，--by 是公开人。"
        "--withdraw 撤回一次公开，须有 --reason，理由会公开。结束状态：0 完成，2 缺少内容、没有权限或不能公开。",
        "With --out: writes the bundle, the pages and the table that would be published into a folder, and publishes nothing. Without it: "
        "publishes the self-evaluations that were approved and cleared, in the name of --by. --withdraw "
        "takes a publication back; its --reason is public. Exit status: 0 done, 2 something is missing or may not be published.",
    ),
    options=(
        Option(
            "out", Text("写到这个文件夹看，不公开", "write to this folder to look at, publish nothing"), metavar="DIR"
        ),
        Option(
            "year", Text("年度；不写就是最近一年", "the year; by default the latest"), metavar="YEAR", is_number=True
        ),
        _PLAN,
        _AS_OF,
        Option("office", Text("地址中的单位，如 example-office", "the office's word in the address"), metavar="WORD"),
        Option("by", Text("以哪个账号的名义", "in whose name"), metavar="ACCOUNT"),
        Option("withdraw", Text("撤回这个地址的公开", "withdraw the publication of this address"), metavar="ADDRESS"),
        Option("reason", Text("撤回的理由，会公开", "why it is withdrawn; it is public"), metavar="WORDS"),
    ),
    examples=(
        ("shixiao publish --year 2026 --out /tmp/look", Text("先看", "look first")),
        (
            "shixiao publish --year 2026 --office example-office --by publisher",
            Text("公开", "publish"),
        ),
    ),
)
VERIFY_BUNDLE = Command(
    "verify-bundle",
    Text(
        "核验公开的数据包：从记录起重算每个数",
        "check a published bundle: every number worked out again from the records",
    ),
    module="verifying_bundles",
    about=Text(
        "与公开网页上下载的 verify.py 是同一个程序，不用数据库。列出重算了多少、哪些不能重算和为什么、哪些不一致。--openings 核对单位向审计人员"
        "出示的记录。结束状态：0 一致，1 有不一致，2 不是能读的数据包。",
        "The same program as the verify.py that the public page hands out; it needs no database. Says how much was worked out again, what "
        "cannot be and why, and what differs. --openings checks records that the office showed to an auditor. Exit status: 0 everything "
        "agrees, 1 differences, 2 no bundle that can be read.",
    ),
    operands=(Operand("FILE", Text("数据包", "the bundle")),),
    options=(
        Option("format", Text("输出格式", "how to write it"), short="f", choices=("text", "json"), default="text"),
        Option("openings", Text("单位出示的记录", "records that the office showed"), metavar="FILE"),
    ),
    examples=(("shixiao verify-bundle bundle.json", Text("核验", "check it")),),
)

COMMANDS = (
    READ,
    CHECK,
    SHOW,
    DIFF,
    CONVERT,
    RULES,
    SCHEMA,
    IMPORT,
    BOARD,
    WHY,
    MONITOR,
    EVALUATE,
    SERVE,
    WEB,
    WORKER,
    CHECK_DEPLOY,
    VERIFY,
    PUBLISH,
    VERIFY_BUNDLE,
    REBUILD,
    BACKUP,
    RESTORE,
    DRILL,
    UPGRADE,
    SIMULATE,
    NEW_OFFICE,
    MANAGE,
)
BY_NAME = {command.name: command for command in COMMANDS}
