"""What the contact sheet shows besides the client's article: letters as different kinds of senders write them."""

from emails.articles.blocks import (
    Article,
    Block,
    CallToAction,
    Code,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)

PICTURE = "https://images.example.test/garden.jpg"


def garden() -> Article:
    """A season's letter: pictures, steps, somebody's words, a film."""
    return Article(
        title="What to do before the first frost",
        subtitle="Six quiet jobs for a dry weekend in October",
        author="Marta Lindqvist",
        blocks=(
            Image(PICTURE, "Raised beds at dawn, half of them covered with fleece", "The kitchen garden, 6 October"),
            Paragraph(
                "The first frost came on the ninth last year. It took the dahlias in one night, and a row of beans "
                "that had another fortnight in them. This year we are ready for it, and it takes <em>one weekend</em>."
            ),
            Heading(2, "Lift, cut, cover"),
            Paragraph(
                "Start with what cannot wait. Tender tubers come out as soon as their leaves blacken; everything else "
                'is patient. Our <a href="https://garden.example.test/calendar">frost calendar</a> has the dates.'
            ),
            List(
                (
                    ListItem("Cut stems to a hand’s width, lift with a fork, leave the soil on."),
                    ListItem("Dry for three days in an airy shed.", items=(ListItem("Never in the sun."),)),
                    ListItem("Lay in boxes of dry leaves, and label them. You will not remember."),
                ),
                ordered=True,
            ),
            Quote("A garden is never so good as it will be next year.", "Thomas Cooper"),
            Heading(2, "What can stay out"),
            Image(PICTURE, None, "Leeks under fleece do not mind ten degrees of frost"),
            Paragraph("Leeks, kale, sprouts and parsnips are better for it. Leave them, and eat something else first."),
            Heading(3, "If you have only an hour"),
            Paragraph("Drain the hose. It is dull work, and it is the one that costs money when it is forgotten."),
            Embed("https://video.example.test/dahlias", "Lifting dahlias in four minutes"),
            CallToAction(
                "We plant forty rows of garlic on the last Saturday of the month. Bring gloves; there is soup.",
                "Come and plant",
                "https://garden.example.test/garlic",
                "Garlic day",
            ),
        ),
    )


def release() -> Article:
    """A product's letter: a table, code, a wide table that becomes lines, no picture at all."""
    return Article(
        title="Version 4: half the memory, the same API",
        author="The platform team",
        blocks=(
            Paragraph(
                "Version 4 is out today. It needs <strong>half the memory</strong>, starts in 80 ms, and changes "
                "nothing you call. Upgrade with <code>pip install --upgrade quarry</code> and read on only if curious."
            ),
            Heading(2, "What it costs now"),
            Table(
                ("Workload", "Version 3", "Version 4"),
                (
                    ("One million rows", "412 MB", "<b>198 MB</b>"),
                    ("Cold start", "640 ms", "<b>80 ms</b>"),
                    (
                        "Idle",
                        "61 MB",
                    ),
                ),
            ),
            Heading(2, "Streaming reads"),
            Paragraph(
                "Reads no longer gather a whole page. The iterator is the one you know; what is behind it is not."
            ),
            Code(
                'for row in quarry.scan("orders", where={"total": ">= 100"}):\n'
                "    if row.country not in covered:\n"
                '        print(f"{row.id}: {row.total:,.2f}")',
                "python",
            ),
            Table(
                ("Region", "Reads", "Writes", "Median", "Outages"),
                (("Frankfurt", "2.1 M", "410 k", "3 ms", "0"), ("Oregon", "1.7 M", "388 k", "4 ms", "1")),
            ),
            Quote("We deleted eleven thousand lines and nobody noticed. That was the plan."),
            Divider(),
            Paragraph('Questions? <a href="mailto:team@quarry.example.test">Write to us</a>; a person answers.'),
            CallToAction("", "Read the notes", "https://quarry.example.test/4", ""),
        ),
    )


def arabic() -> Article:
    """From right to left, with a sponsor, a list and a button."""
    return Article(
        title="بدايات جديدة: كيف ننام جيداً في الشتاء",
        language="ar",
        author="ليلى حدّاد",
        blocks=(
            Sponsor("دار الراحة", "نُشر بالتعاون مع دار الراحة"),
            Image(PICTURE, "غرفة هادئة يدخلها ضوء الصباح"),
            Paragraph(
                "ليالي الشتاء طويلة، ومع ذلك يقول كثيرون إنهم ينامون أقل. "
                "في هذه الرسالة نعرض ما تقوله الدراسات وما يمكن تجربته الليلة."
            ),
            Heading(2, "ثلاث عادات صغيرة"),
            Paragraph("لا تحتاج إلى أجهزة ولا إلى تطبيق. ابدأ بعادة واحدة، ثم أضف الثانية بعد أسبوع:"),
            List(
                (
                    ListItem("أطفئ الشاشات قبل النوم بساعة.", "الضوء"),
                    ListItem("اجعل الغرفة أبرد قليلاً، نحو ١٨ درجة.", "الحرارة"),
                    ListItem("استيقظ في الموعد نفسه كل يوم.", "الوقت"),
                )
            ),
            Quote("النوم أفضل تأمل.", "قول مأثور"),
            Table(("العمر", "ساعات النوم"), (("٦–١٣", "٩–١١"), ("١٨–٦٤", "٧–٩"))),
            CallToAction(
                "جرّب خطتنا لسبعة أيام، مجاناً.",
                "ابدأ الخطة",
                "https://sleep.example.test/plan",
                "هل أنت مستعد لليلة هادئة؟",
            ),
        ),
    )  # fmt: skip


def short_note() -> Article:
    """Three sentences and nothing else, which must look like a letter too."""
    return Article(
        title="We are closed on Friday",
        blocks=(
            Paragraph("The workshop is closed this Friday while the floor is oiled. Orders leave on Monday as usual."),
            Paragraph("Thank you for your patience, and mind the smell next week."),
        ),
    )


def long_read(paragraphs: int = 150) -> Article:
    """About 13,000 words: what Gmail must still show whole."""
    sentence = (
        "The ferry left at six, and by seven the island was a pencil line with a light at one end; nobody on deck said "
        "much, because the sea was doing the talking, slowly, in long grey sentences that ended against the hull. "
    )
    blocks: list[Block] = []
    for number in range(paragraphs):
        if number % 12 == 6:
            blocks.append(Heading(2, f"Part {number // 12 + 1}: the other shore"))
        blocks.append(Paragraph(sentence * 2))
    return Article(title="The long crossing", blocks=tuple(blocks))
