# Words that stand on every page.

language-name = 简体中文
language-switch = 语言
language-go = 切换

flight-of-day = { $day } { $flight }
list-comma = 、

nav-gate = 登机口
nav-counter = 柜台
nav-baggage = 行李
