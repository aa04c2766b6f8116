"""Codes EQ9xx: the trial as it runs."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ901": Code(
        "no protocol in force",
        "The application was asked for data of a trial that has not been set up.",
    ),
    "EQ902": Code(
        "impossible address or folder",
        "The database, the folder of the trial or the port cannot be used.",
    ),
    "EQ903": Code(
        "not fit for production",
        "A check of `--production` failed: secret, transport, hosts, keys or anchors.",
    ),
    "EQ905": Code(
        "nothing can be saved now",
        "A database cannot be reached or is busy, or a disk is full. Nothing was saved; "
        "what was sent is kept on the page; the health page says which part it is.",
    ),
    "EQ911": Code(
        "not your right",
        "The roles that you hold at this site do not include this act.",
    ),
    "EQ912": Code("not logged in", "Nobody is logged in, or the session has ended."),
    "EQ913": Code(
        "not your form",
        "The form is filled in by another role, or shows what is concealed from yours.",
    ),
    "EQ914": Code(
        "right that cannot be granted",
        "Nobody grants himself a right, and some roles exclude each other.",
    ),
    "EQ915": Code(
        "reset that cannot be confirmed",
        "A new link for an account is confirmed by a second person, who neither asked for "
        "it nor was brought into the trial by who did.",
    ),
    "EQ916": Code(
        "a second person is needed",
        "A role that leads to an arm once the list is sealed, an unlocked participant, "
        "reopened recruitment and the unblinding take a second person, who neither asked "
        "for it nor was brought into the trial lately by who did.",
    ),
    "EQ917": Code(
        "list sealed without knowing its people",
        "Who seals the list vouches for everybody with a role that leads to an arm; each "
        "of them must have come in before.",
    ),
    "EQ918": Code(
        "second factor that cannot be read",
        "Second factors are encrypted with the secret of the trial; this one was encrypted "
        "with another secret.",
    ),
    "EQ921": Code("form is closed", "The form is frozen or locked; nothing was saved."),
    "EQ922": Code(
        "change without reason",
        "A value of a complete form is changed only with a reason; the earlier one stays.",
    ),
    "EQ923": Code(
        "not in this state",
        "What was asked for does not fit what is known of the participant, such as a form "
        "before consent or randomization before eligibility.",
    ),
    "EQ924": Code(
        "form that the protocol does not have",
        "The protocol states no such form at this visit and time.",
    ),
    "EQ925": Code(
        "version of the consent form",
        "A version of the information and consent form lacks a name, a day or what is new "
        "in it, is there already, or is not there.",
    ),
    "EQ926": Code(
        "infusion is held",
        "A hold rule of the protocol fires for the values before the infusion; it is "
        "started only with the reason of whoever decided it.",
    ),
    "EQ927": Code(
        "infusion without a released syringe",
        "An infusion is started only with the syringe that the pharmacy has filled for it "
        "and a second person has checked; its number is read from the label.",
    ),
    "EQ928": Code(
        "no scan that can be kept",
        "A scan beside a form is a PDF, JPEG or PNG file of at most 10 MB.",
    ),
    "EQ931": Code(
        "key of the vault is missing",
        "The file with the key that opens sealed arms is absent or damaged.",
    ),
    "EQ932": Code(
        "sealed arm does not open",
        "A sealed arm was changed or moved, or was sealed with another key.",
    ),
    "EQ933": Code("list is sealed already", "A list is made once in a trial."),
    "EQ934": Code(
        "no sealed list", "Nobody can be randomized before the list is sealed."
    ),
    "EQ935": Code(
        "stratum is exhausted", "Every place of the participant's stratum was given."
    ),
    "EQ936": Code(
        "not randomized", "The vault knows no allocation of this participant."
    ),
    "EQ937": Code(
        "vault is older than its anchor",
        "Fewer allocations are in the vault than were anchored: an older copy was "
        "restored. Nothing is allocated until it is reconciled.",
    ),
    "EQ938": Code(
        "syringe cannot be prepared",
        "The weight is missing, too old or not confirmed; the strength is not that of the "
        "lot; the lot is expired, quarantined or used up; the volume is impossible; "
        "treatment was stopped; or there is a syringe already.",
    ),
    "EQ939": Code(
        "syringe is not checked",
        "A second person checks a syringe from the label of the vial alone. An answer that "
        "differs can be given again once; then the syringe is quarantined.",
    ),
    "EQ940": Code(
        "syringe is not taken out of use",
        "A syringe is quarantined or returned once, with a reason, and destroyed only when "
        "it is out of use. One with which an infusion has started is not quarantined.",
    ),
    "EQ941": Code(
        "audit does not verify",
        "An entry, a chain or an allocation is not what was written down.",
    ),
    "EQ947": Code(
        "the clock went back",
        "The clock of the server is behind the newest entry of the audit. Nobody is "
        "allocated until it is right; forms can be filled in, and the audit says so.",
    ),
    "EQ948": Code(
        "blinded trial that is not opened",
        "A version of the protocol under which somebody could be randomized conceals the "
        "arm; no later one tells it to coordinators and investigators.",
    ),
    "EQ951": Code(
        "folder of another trial",
        "The folder belongs to another trial, another database, or to a demonstration.",
    ),
    "EQ952": Code(
        "account that cannot be made",
        "The user name is taken or impossible, or a reason is missing.",
    ),
    "EQ953": Code(
        "amended protocol",
        "The protocol differs from the one in force; it is accepted only on purpose, with "
        "a reason.",
    ),
    "EQ954": Code(
        "backup that cannot be restored",
        "A file of the backup is missing or changed, its key is another one, or its "
        "records do not verify.",
    ),
    "EQ955": Code(
        "backup is older than an anchor",
        "The copy lacks records that were anchored after it was made. It is restored only "
        "on purpose, with a reason, and allocates nothing until it is reconciled.",
    ),
    "EQ956": Code(
        "backup that cannot be written",
        "The disk is full, or a database or a key cannot be read. What was half written is "
        "removed again.",
    ),
    "EQ957": Code(
        "time zone that cannot be used",
        "The name is not in the IANA database, names no site, or differs from that of the "
        "site.",
    ),
    "EQ958": Code(
        "protocol that was changed behind the application",
        "The text of a protocol in the database, or of an instrument or form that it uses, "
        "is not what was accepted. Nothing is done under it.",
    ),
    "EQ942": Code(
        "anchor cannot be written",
        "The folder of the anchors is full, absent or not writable.",
    ),
    "EQ943": Code(
        "reason is missing",
        "An act that is rare and grave is done with a reason in words.",
    ),
    "EQ944": Code(
        "identity was not confirmed",
        "Who asks for an arm gives the password again, or uses a second factor.",
    ),
    "EQ945": Code(
        "amendment against the sealed list",
        "The list was drawn for the arms, ratios, method and strata of one protocol "
        "version; an amendment leaves them alone.",
    ),
    "EQ946": Code(
        "commitment does not hold",
        "The list that was disclosed after unblinding is not the one that was committed "
        "to, or cannot be read.",
    ),
    "EQ949": Code(
        "stock register is not changed",
        "A delivery, return, destruction or quarantine does not fit the register: a drug, "
        "strength, lot, number of vials or reason is impossible, the second person is the "
        "first, or the lot has changed since the page was opened.",
    ),
    "EQ961": Code(
        "trial is not unblinded",
        "Arms are joined with the data when recruitment is closed, every participant is "
        "locked and two people have unblinded the trial.",
    ),
    "EQ962": Code(
        "unblinding without reason",
        "Who unblinds a trial says what for; the reason is written down first.",
    ),
    "EQ963": Code(
        "impossible token", "A token of the interface has a label and ends in 90 days."
    ),
    "EQ964": Code(
        "the application refused a rehearsal",
        "It did not start, or answered a virtual participant's form with a refusal.",
    ),
    "EQ965": Code("unknown format", "An export is CSV, XLSX or Parquet."),
    "EQ966": Code(
        "confirm who you are",
        "A deed that unblinds is done by somebody who has just given the password.",
    ),
    "EQ967": Code(
        "request that the interface does not understand",
        "The address, the method or the content is not as the OpenAPI describes it.",
    ),
    "EQ968": Code(
        "body that is not taken",
        "What was sent is longer than any form, came too slowly, or has no length.",
    ),
    "EQ969": Code(
        "no file waits",
        "A file that was made beside the page is handed out once, to the person, session "
        "and roles that it was made for, within an hour.",
    ),
    "EQ970": Code(
        "trial is unblinded",
        "The arms of all participants were disclosed: nothing is changed any more.",
    ),
    "EQ971": Code(
        "recovery refused",
        "The command ``equipoise recover`` cannot begin or finish now; the message says "
        "why.",
    ),
}
