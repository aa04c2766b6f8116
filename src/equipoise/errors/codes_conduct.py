"""Codes EQ9xx: the trial as it runs."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ901": Code(
        "no protocol in force",
        "The application was asked for data of a trial that has not been set up.",
    ),
    "EQ902": Code(
        "invalid address or folder",
        "The database, the folder of the trial or the port cannot be used.",
    ),
    "EQ903": Code(
        "not fit for production",
        "A check of `--production` failed: secret, transport, hosts, keys or external "
        "checkpoints.",
    ),
    "EQ905": Code(
        "nothing can be saved now",
        "A database cannot be reached or is busy, or a disk is full. Nothing was saved; "
        "the entered data remain on the page; the health page shows the cause.",
    ),
    "EQ911": Code(
        "missing right", "Your roles at this site do not include this action."
    ),
    "EQ912": Code("not logged in", "You are not logged in, or the session has ended."),
    "EQ913": Code(
        "form of another role",
        "The form is filled in by another role, or shows what is concealed from yours.",
    ),
    "EQ914": Code(
        "role that cannot be granted",
        "Users cannot grant themselves a role, and some roles exclude each other.",
    ),
    "EQ915": Code(
        "reset that cannot be confirmed",
        "A new link for an account is confirmed by a second approver, who neither "
        "requested it nor was brought into the trial by the requester.",
    ),
    "EQ916": Code(
        "second approver required",
        "An unblinding-sensitive role once the allocation schedule is concealed, "
        "unlocking a participant, reopening recruitment and unblinding the trial need a "
        "second approver, who neither requested it nor was recently brought into the "
        "trial by the requester.",
    ),
    "EQ917": Code(
        "schedule concealed without confirming its users",
        "The statistician who conceals the allocation schedule confirms all users with an "
        "unblinding-sensitive role; each of them must have set a password before.",
    ),
    "EQ918": Code(
        "second factor that cannot be read",
        "Second factors are encrypted with the secret of the trial; this one was "
        "encrypted with another secret.",
    ),
    "EQ921": Code("form is closed", "The form is frozen or locked; nothing was saved."),
    "EQ922": Code(
        "change without reason",
        "A value of a complete form is changed only with a reason; the audit trail keeps "
        "the earlier value.",
    ),
    "EQ923": Code(
        "not possible in this state",
        "The action does not fit the status of the participant, such as a form before "
        "consent or randomization before eligibility.",
    ),
    "EQ924": Code(
        "form that the protocol does not have",
        "The protocol has no such form at this visit and time.",
    ),
    "EQ925": Code(
        "version of the consent form",
        "A version of the information and consent form has no name, day or description of "
        "changes, exists already, or does not exist.",
    ),
    "EQ926": Code(
        "infusion on hold",
        "A hold rule of the protocol is met by the values before the infusion; it is "
        "started only with the name and reason of the person who decided it.",
    ),
    "EQ927": Code(
        "infusion without a released syringe",
        "An infusion is started only with the syringe that the pharmacy has prepared for "
        "it and a second pharmacist has checked; its number is entered from the label.",
    ),
    "EQ928": Code(
        "invalid scan",
        "A scan attached to a form is a PDF, JPEG or PNG file of at most 10 MB.",
    ),
    "EQ931": Code(
        "key of the allocation database is missing",
        "The file with the key that decrypts arms is missing or damaged.",
    ),
    "EQ932": Code(
        "arm that cannot be decrypted",
        "An encrypted arm was changed or moved, or was encrypted with another key.",
    ),
    "EQ933": Code(
        "allocation schedule is concealed already",
        "An allocation schedule is generated once in a trial.",
    ),
    "EQ934": Code(
        "no concealed allocation schedule",
        "No participant can be randomized before the allocation schedule is concealed.",
    ),
    "EQ935": Code(
        "stratum is exhausted",
        "All positions of the participant's stratum are allocated.",
    ),
    "EQ936": Code(
        "not randomized",
        "The allocation database has no allocation of this participant.",
    ),
    "EQ937": Code(
        "allocation database is older than its checkpoint",
        "The allocation database has fewer allocations than its external checkpoint: an "
        "older copy was restored. No participant is allocated until it is reconciled.",
    ),
    "EQ938": Code(
        "syringe cannot be prepared",
        "The weight is missing, too old or not confirmed; the strength is not that of the "
        "lot; the lot is expired, quarantined or used up; the volume is not valid; "
        "treatment was discontinued; or there is a syringe already.",
    ),
    "EQ939": Code(
        "syringe cannot be checked",
        "A second pharmacist checks a syringe from the label of the vial alone. Values "
        "that differ can be corrected once; then the syringe is quarantined.",
    ),
    "EQ940": Code(
        "syringe cannot be taken out of use",
        "A syringe is quarantined or returned once, with a reason, and destroyed only "
        "when it is out of use. A syringe with which an infusion has started is not "
        "quarantined.",
    ),
    "EQ941": Code(
        "audit trail does not verify",
        "An entry, a hash chain or an allocation does not match what was recorded.",
    ),
    "EQ947": Code(
        "the clock went back",
        "The clock of the server is behind the latest entry of the audit trail. No "
        "participant is allocated until it is right; forms can be filled in, and the "
        "audit trail records the fault.",
    ),
    "EQ948": Code(
        "blinded trial that cannot become open-label",
        "A version of the protocol under which participants could be randomized conceals "
        "the arm; no later version discloses it to coordinators and investigators.",
    ),
    "EQ951": Code(
        "folder of another trial",
        "The folder belongs to another trial, another database, or to a demonstration.",
    ),
    "EQ952": Code(
        "account that cannot be created",
        "The user name is taken or not valid, or a reason is missing.",
    ),
    "EQ953": Code(
        "amended protocol",
        "The protocol differs from the one in force; an amendment is accepted only on "
        "request, with a reason.",
    ),
    "EQ954": Code(
        "backup that cannot be restored",
        "A file of the backup is missing or changed, its key does not match, or its "
        "records do not verify.",
    ),
    "EQ955": Code(
        "backup is older than a checkpoint",
        "Records of a later external checkpoint are missing in the copy. It is restored "
        "only on request, with a reason, and no participant is allocated until it is "
        "reconciled.",
    ),
    "EQ956": Code(
        "backup that cannot be written",
        "The disk is full, or a database or a key cannot be read. The incomplete backup "
        "was removed.",
    ),
    "EQ957": Code(
        "time zone that cannot be used",
        "The name is not in the IANA database, has no site, or differs from that of the "
        "site.",
    ),
    "EQ958": Code(
        "protocol changed outside the application",
        "The text of a protocol in the database, or of an instrument or form that it "
        "uses, is not what was accepted. It is not used.",
    ),
    "EQ942": Code(
        "external checkpoint cannot be written",
        "The folder of the external checkpoints is full, missing or not writable.",
    ),
    "EQ943": Code(
        "reason is missing", "A rare and serious action needs a reason as text."
    ),
    "EQ944": Code(
        "identity was not confirmed",
        "Before an arm is shown, the user enters the password again, or uses a second "
        "factor.",
    ),
    "EQ945": Code(
        "amendment against the allocation schedule",
        "The schedule was generated for the arms, ratios, method and strata of one "
        "protocol version; an amendment must not change them.",
    ),
    "EQ946": Code(
        "commitment does not match",
        "The allocation schedule that was disclosed after unblinding does not match its "
        "commitment, or cannot be read.",
    ),
    "EQ949": Code(
        "entry that the stock register rejects",
        "A delivery, return, destruction or quarantine does not fit the register: a drug, "
        "strength, lot, number of vials or reason is not valid, the witness is the user "
        "who recorded it, or the lot has changed since the page was opened.",
    ),
    "EQ961": Code(
        "trial is not unblinded",
        "Arms are joined with the data when recruitment is closed, every participant is "
        "locked and two people have unblinded the trial.",
    ),
    "EQ962": Code(
        "unblinding without reason",
        "Unblinding a trial needs a reason, which is recorded first.",
    ),
    "EQ963": Code(
        "invalid token", "A token of the API has a label and expires within 90 days."
    ),
    "EQ964": Code(
        "the application rejected a rehearsal",
        "It did not start, or rejected a form of a simulated participant.",
    ),
    "EQ965": Code("unknown format", "An export is CSV, XLSX or Parquet."),
    "EQ966": Code(
        "re-authentication required",
        "An action that unblinds needs a password that was entered just before.",
    ),
    "EQ967": Code(
        "request that the API does not accept",
        "The address, the method or the content does not match the OpenAPI description.",
    ),
    "EQ968": Code(
        "body that is not accepted",
        "The request is longer than any form, came too slowly, or has no length.",
    ),
    "EQ969": Code(
        "no file to download",
        "A file that was created in the background can be downloaded once, by the user, "
        "session and roles for which it was created, within an hour.",
    ),
    "EQ970": Code(
        "trial is unblinded",
        "The arms of all participants were disclosed: no data can be changed.",
    ),
    "EQ971": Code(
        "recovery is not possible",
        "The command ``equipoise recover`` cannot start or finish now; the message states "
        "the reason.",
    ),
}
