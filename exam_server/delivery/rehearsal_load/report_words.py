"""The report's words, Chinese and English side by side: it is read by both."""

from typing import Final

Pair = tuple[str, str]

STEPS: Final[dict[str, Pair]] = {
    "leftovers": (
        "上一次演练被强行中断：留下的数据已清除",
        "An earlier rehearsal was killed: what it left behind has been removed",
    ),
    "doors": (
        "入场：登录、连线、取密封试卷",
        "Doors: signing in, connecting, fetching the sealed paper",
    ),
    "start": (
        "开考：信号到所有座位可读试卷",
        "Start: from the signal to a readable paper at every seat",
    ),
    "work": ("平常作答：每座位每 30 秒一次", "Work: an answer a seat every 30 seconds"),
    "more_work": ("密集作答：快四倍", "More work: four times as fast"),
    "flat_out": (
        "极限：确认后立即再答",
        "Flat out: the next answer as soon as the last is confirmed",
    ),
    "killed": ("强行终止一个服务进程，作答继续", "A server process is killed while people work"),
    "hand_in": ("同时交卷", "Everybody hands in at once"),
    "bell": ("铃响：最后两秒内人人作答", "The bell: everybody answers in the last two seconds"),
}
LIMITS: Final[dict[str, Pair]] = {
    "processor": ("处理器", "the processor"),
    "start": ("开考瞬间的发卷速度", "how fast papers open at the start"),
    "memory": ("内存", "memory"),
    "open_files": ("系统允许打开的文件数", "the number of open files the system allows"),
    "trust": ("本次规模的二十倍", "twenty times what was tried"),
}
HOW: Final[Pair] = (
    (
        "推算方法：取各项资源所能承担座位数的最小值。处理器：密集作答时每次作答所耗处理器时间，"
        "按每 30 秒一次折算，每个核心只用六成；开考：按首座与末座可读的时差，五秒内全部可读；"
        "内存：空闲内存只用一半；文件：每座位一个；且不超过本次座位数的二十倍。"
    ),
    (
        "How this was drawn out: the least of what each resource allows. Processor: the processor "
        "time of an answer in “more work”, at one answer in 30 seconds, filling 60 % of a core. "
        "Start: every paper readable within five seconds, by the time between the first seat and "
        "the last. Memory: half of what is free. Open files: one a seat. Never more than twenty "
        "times the seats tried."
    ),
)
WARNINGS: Final[dict[str, Pair]] = {
    "answers_lost": (
        "有已确认的作答未存入：请勿用本服务器开考，并保留本报告。",
        "Confirmed answers are not stored: hold no exam on this server, and keep this report.",
    ),
    "step_failed": (
        "有步骤未达到要求（表中标 ✗）：请先查明原因，再演练一次。",
        "A step did not do what it must (marked ✗): find the cause, then rehearse again.",
    ),
    "few_files": (
        "系统允许打开的文件太少：每座位需要一个，请提高上限（ulimit -n）。",
        "The system allows few open files: each seat needs one; raise the limit (ulimit -n).",
    ),
    "little_memory": (
        "空闲内存不足 500 MB：请关闭其他程序。",
        "Less than 500 MB of memory is free: close other programs.",
    ),
    "slow": (
        "有的作答一秒以后才得到确认：请关闭其他程序，或减少座位。",
        "Some answers took more than a second: close other programs, or use fewer seats.",
    ),
    "busy_machine": (
        "演练时本机很忙（含演练程序自身）：时间偏长，处理器时间仍可信。",
        (
            "The machine was busy, this program's own load included: times are long, processor "
            "time still holds."
        ),
    ),
    "no_processor_figures": (
        "服务器不在本机：无法测得其处理器与内存。",
        "The server is on another machine: its processor and memory could not be measured.",
    ),
}
TITLE: Final[Pair] = ("服务器演练报告", "Rehearsal of the server")
GOOD: Final[Pair] = (
    "演练通过：没有丢失任何已确认的作答。",
    "Passed: no confirmed answer was lost.",
)
BAD: Final[Pair] = ("演练未通过。", "Not passed.")
TRIED: Final[Pair] = (
    (
        "{seats} 个座位，{items} 道题，{workers} 个服务进程，{store}。"
        "确认作答 {acknowledged} 次，丢失 {lost} 次。"
    ),
    (
        "{seats} seats, {items} items, server processes: {workers}, {store}. "
        "{acknowledged} answers confirmed, {lost} lost."
    ),
)
CARRIES: Final[Pair] = (
    "本服务器约可承担 {seats} 个座位；首先受限于：{limit}。",
    "This server carries about {seats} seats; the limit is {limit}.",
)
CARRIES_AS_TRIED: Final[Pair] = (
    (
        "按本次演练推算，本服务器约可承担 {seats} 个座位；推算不超过本次规模的二十倍，"
        "想知道更多，请用更多座位演练。"
    ),
    (
        "Drawn out from this rehearsal, this server carries about {seats} seats; nothing is drawn "
        "out beyond twenty times what was tried: rehearse with more seats to know more."
    ),
)
EACH: Final[Pair] = ("各项资源可承担的座位数：{each}。", "Seats that each resource allows: {each}.")
WHEN: Final[Pair] = ("演练时间：{at}。", "Rehearsed at {at}, the site's time.")
MEMORY: Final[Pair] = (
    "服务进程占用内存 {memory} MB，每座位约 {seat} KB。",
    "The server processes take {memory} MB of memory, about {seat} KB a seat.",
)
CAME_BACK: Final[Pair] = (
    "断线后自动重连 {count} 次，未确认的作答已自动重发。",
    "Lines were opened again {count} times; what was not confirmed was sent again.",
)
NO_KILL: Final[Pair] = (
    "未终止服务进程：服务器不是由演练启动的（加 --kill 可试）。",
    "No process was killed: the rehearsal did not start this server (--kill tries it).",
)
COLUMNS: Final[tuple[Pair, ...]] = (
    ("步骤", "Step"),
    ("座位", "Seats"),
    ("秒", "Seconds"),
    ("确认作答", "Confirmed"),
    ("半数快于 ms", "Half within, ms"),
    ("99% 快于 ms", "99 % within, ms"),
    ("处理器 µs/次", "Processor, µs each"),
)
