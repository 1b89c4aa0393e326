### Boarding pass, bag tag, receipt.

pass-title = 登机牌 { $name }

paper-back-counter = 返回柜台

pass-head = 登机牌
pass-sequence = 登机序号 { $sequence }
pass-departs = 起飞
pass-from-to = 自、至
pass-bags = 行李
pass-remarks = 备注

receipt-title = 凭证 { $reference }
receipt-back = 返回行李查询柜台
receipt-head = 行李运输事故记录
receipt-made = { $station }，{ $made }
receipt-your-reference = 您的编号
receipt-world = 全球行李查询编号：{ $reference }
receipt-provisional = 此编号自现在起在本站有效，为临时编号：连通行李查询系统后，将取得全球编号并发送给您。目前尚未在本机场以外查询。
receipt-report = 记录
receipt-kind = { $kind }
receipt-contact = 联系方式
receipt-bag = 行李
receipt-dates = 您的期限

tag-title = 行李牌 { $tag }
tag-to = 至 { $to }
tag-made = { $desk } 制作，{ $day } { $time }，工号 { $staff }

receipt-taken = { $time } 于 { $desk } 由工号 { $staff } 受理
receipt-this-station = 本站

claim-delayed = 收到行李后 21 天内

barcode = 条码
