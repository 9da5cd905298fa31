"""This is where every way vopt can fail is named.

    VoptError
    ├── SettingsError (ValueError)             a setting cannot be used
    │   ├── SettingsFileDamaged                vopt.toml cannot be read
    │   └── DataFolderUnusable (OSError)       VOPT_DATA cannot be written to
    ├── CannotWrite (OSError)                  a file she asked for cannot be written
    │   ├── PhotoNotWritten                    a prepared photo
    │   └── FileThere (FileExistsError)        it would replace another
    │       ├── FolderThere                    and nothing replaces that
    │       └── FolderNotOurs                  it was not written by vopt
    ├── AlreadyRunning (RuntimeError)          the same work is under way in another process
    │   ├── UpRunning                          another `vopt up` runs this vopt
    │   └── ComputerBusy                       other heavy work is, on a computer that carries one at a time
    ├── AlertNotSent (ConnectionError)         a message to her telephone or mailbox did not leave
    ├── ServiceError (RuntimeError)            something vopt starts did not start, or ended
    │   ├── PortTaken (OSError)
    │   └── AddressNotOurs (OSError)           pages_host is no address of this computer
    ├── SystemServiceError (RuntimeError)      the system cannot be told to look after vopt
    │   ├── NoServiceManager (LookupError)     neither systemd nor launchd is there
    │   ├── NoSuchService (LookupError)        nothing to remove
    │   ├── ProgramMissing (LookupError)       no `vopt` in the environment of this Python
    │   ├── NotInAFile (ValueError)            a path that no such file can hold
    │   ├── ServiceFileChanged                 a person changed the file that vopt wrote
    │   └── ServiceNotStarted                  the file is written, the system refuses
    ├── TunnelError (ValueError)               a tunnel cannot lead here
    │   ├── NotAPublicName                     an address that nobody else's browser finds, or no name at all
    │   ├── NotATunnel                         no number of a tunnel
    │   └── NobodyHasAPassword (PermissionError) everybody could come in
    ├── UnknownLog (LookupError)               no program of that name has written anything
    ├── QueryError (ValueError)                what she asked to collect cannot be asked
    │   ├── RetiredFilter                      a filter name that Vinted now silently ignores
    │   ├── UnknownTerm (LookupError)          no catalogue, brand, size or condition of that name
    │   │   ├── AmbiguousSize                  the same size of women, men and children
    │   │   └── UnknownMarket                  no country of that name
    │   ├── UnknownFollow (LookupError)
    │   │   └── AmbiguousFollow                several begin so
    │   ├── AlreadyFollowed
    │   ├── AsksForEverything
    │   ├── BadPrice
    │   ├── NoPrice
    │   ├── LinkAndWords
    │   ├── NotACatalogueLink
    │   └── NotAProfileLink
    ├── CollectingError (RuntimeError)         the marketplace did not give what was asked
    │   ├── ConsentNeeded (PermissionError)    a real host, and the owner has not agreed yet
    │   ├── BudgetSpent                        this hour's requests are used up
    │   │   ├── ItemPagesSpent                 this hour's item pages
    │   │   └── RunBudgetSpent                 this run's requests
    │   ├── CollectingPaused                   the circuit breaker is open
    │   ├── DisallowedByRobots (PermissionError)
    │   ├── ForeignAddress (PermissionError)   an address that is not the marketplace's
    │   ├── StateDamaged                       what is remembered of a host cannot be read
    │   ├── SessionRefused (PermissionError)   401 after a fresh session
    │   ├── AccessRefused (PermissionError)    403 in JSON after a fresh session
    │   ├── Challenged (PermissionError)       a challenge or block page
    │   ├── RateLimited                        429, beyond what may be waited for
    │   ├── QueryRejected (ValueError)         400: the query is wrong
    │   ├── EndpointMoved (LookupError)        404 of an address of the API
    │   ├── PageGone (LookupError)             the page or photo of one listing is no longer there
    │   ├── HomepageRefused                    406 (asked for the home page too often), or it opens no session
    │   ├── Unreachable (ConnectionError)      5xx, time-out, no connection, cut-off answer
    │   │   └── CertificateWrong               the connection cannot be trusted
    │   ├── NotAllCollected                    some searches failed while others did not
    │   ├── Interrupted                        the program was killed too long ago to go on
    │   └── UnexpectedAnswer (ValueError)      200 with wrong content
    │       ├── NotJson                        an HTML body, a cut body
    │       ├── MissingItems                   no `items` key: a block in disguise, never an empty result
    │       ├── FrozenFeed                     the same old answer again and again
    │       └── FilterIgnored                  listings that the query excludes
    ├── IngestError (ValueError)               a file she gave cannot go in
    │   ├── MarketMissing
    │   ├── TimeMissing
    │   ├── TimeToCome                         saved tomorrow, it says
    │   ├── NotAnAnswer                        not a catalogue, wardrobe or item answer
    │   ├── NotAnArchive                       not a zip file
    │   ├── ArchiveDamaged                     a zip file that is cut off or broken
    │   ├── ArchiveHostile                     a zip file made to do harm
    │   ├── NotATable                          neither .csv nor .xlsx, or without rows
    │   ├── TableHostile                       a workbook made to do harm, or larger than any
    │   ├── HeadsAlike                         two columns with one head
    │   ├── TitleMissing (LookupError)         no column is known to be the title
    │   ├── WrongMapping                       --map names what there is not
    │   ├── WrongCondition                     --where is not COLUMN=VALUE
    │   ├── ColumnMissing (LookupError)        a table has no column of that name
    │   ├── PriceColumnMissing (LookupError)   no column is known to be the price
    │   ├── NothingToLearnFrom (LookupError)   no column tells what a thing is
    │   ├── KnownAfterwards                    likes, views: nothing that a price may be told from
    │   ├── CurrenciesMixed                    prices in several currencies
    │   ├── TableTooLong                       more rows than one run takes
    │   ├── TooFewPriced                       too few things with a price to judge by
    │   ├── NotLabels                          a table that does not say what photos show
    │   ├── LabelledPhotoMissing (LookupError) it names a photo that is not there
    │   ├── LabelledPhotoUnusable              it names one that cannot be opened
    │   ├── TooFewPhotos                       too few to judge likeness by
    │   └── OneLabelOnly                       all show the same, so any answer would be right
    ├── FormError (ValueError)                 what was typed into a form cannot be taken
    │   ├── FormTooOld                         it was open for too long, or is not from a page of ours
    │   └── PasswordsDiffer                    not the same twice
    ├── FactsError (ValueError)                what she says of a thing cannot be understood
    │   ├── NotAFact                           it is not NAME=VALUE
    │   └── UnknownFact (LookupError)          nothing of that name is told of a thing
    ├── InboxError (ValueError)                a folder of the inbox cannot become a draft
    │   ├── InboxTooFull                       more photos than a listing shows
    │   ├── InboxPhotoUnusable                 one of its photos cannot be opened
    │   └── InboxUnreadable (OSError)          it cannot be read, or not moved
    ├── FileDamaged (ValueError)               a small file of vopt's own cannot be read
    │   └── PublishedDamaged                   the one that says which figures to show
    ├── BackupError (RuntimeError)             a copy of everything cannot be put back
    │   ├── NotABackup (ValueError)            not a file of ours
    │   │   ├── BackupDamaged                  cut off, or a bit is wrong
    │   │   └── BackupTooNew                   a later vopt made it
    │   ├── DataInTheWay (FileExistsError)     there is data already
    │   ├── VoptRuns                           something of vopt works on the data
    │   ├── NoRoom (OSError)                   the disk is too small
    │   └── SettingsDiffer                     its vopt.toml names another place for the market or the shop
    ├── LakeError (RuntimeError)
    │   ├── UnknownTable (LookupError)
    │   ├── ContractBroken (ValueError)        a frame that is not what its table says
    │   ├── LakeBusy (TimeoutError)            another writer holds the table
    │   ├── NothingPublished (LookupError)
    │   ├── LakeUnreachable (ConnectionError)  the object store does not answer, or refuses
    │   ├── LakeKeptElsewhere (PermissionError) another computer collects and refines for it
    │   └── LakeDamaged                        a file of the tables is missing or cut off
    ├── NotPublished (RuntimeError)            a day did not pass its checks; yesterday's stays
    │   ├── TooManyRejects
    │   └── BadDay                             what was collected, or made of it, cannot be right
    │       ├── PricesMissing
    │       ├── CurrencyChanged
    │       ├── ListingsRepeated
    │       ├── CatalogueVanished              a search that found much finds nothing
    │       ├── CountsJumped
    │       └── PricesJumped
    ├── ModelError (RuntimeError)              a price model
    │   ├── NotEnoughToLearn (ValueError)      a table with hardly a price
    │   ├── TooFewListings (LookupError)       too little to learn from
    │   │   └── NothingToLearn                 nothing at all
    │   ├── ModelDamaged (ValueError)          its files are not what was written
    │   │   └── ModelTooNew                    another version of vopt keeps models in another form
    │   ├── UnknownModel (LookupError)         none of that name
    │   ├── ModelRefused (ValueError)          it missed what is asked of a model
    │   └── ModelNotKept (OSError)             its files cannot be written
    ├── ExtraMissing (ImportError)             a setting needs a package that is not installed
    ├── SchedulerUnreachable (ConnectionError) no Dask scheduler answers where the setting says
    ├── UnknownEmbedder (LookupError)          no way of that name to tell how alike photos are
    ├── ClipError (RuntimeError)               a model of photos and words cannot be used
    │   ├── VisionMissing (ImportError)        the extra `vision` is not installed, or does not load
    │   ├── WeightsMissing (LookupError)       its weights are not on this disk
    │   ├── WeightsUnusable (ValueError)       damaged, or those of another model
    │   ├── WeightsNotFetched (ConnectionError) what fetches them got something else, or nothing
    │   └── WordsNotCompared (LookupError)     it knows photos only
    ├── AssistantError (RuntimeError)          a language model was asked in vain
    │   ├── AssistantUnreachable (ConnectionError) its backend does not answer
    │   ├── AssistantRefused (PermissionError) its backend wants another key
    │   ├── ModelMissing (LookupError)         its backend does not have it
    │   ├── ModelTooLarge (MemoryError)        it does not fit into the memory of its computer
    │   ├── AssistantTooSlow (TimeoutError)    it takes longer than it may
    │   ├── AssistantBusy (TimeoutError)       somebody else is being answered
    │   ├── AnswerCutOff (ConnectionError)     its answer ended in the middle
    │   ├── AnswerUseless (ValueError)         its answer is not what was asked for
    │   ├── AssistantFailed                    its backend says something else went wrong
    │   ├── PullNotOffered (LookupError)       a backend that fetches no models
    │   ├── NoAssistant (LookupError)          no backend of that name is set
    │   ├── AllowanceSpent (PermissionError)   somebody's tokens of today are used up
    │   └── NobodyAnswered                     nobody who was asked gave an answer
    ├── LikenessError (RuntimeError)           photos that are alike cannot be looked for
    │   ├── ModelsDiffer (ValueError)          vectors of one model are no measure for those of another
    │   ├── VectorsUnusable (ValueError)       no numbers, of the wrong length, or nothing but zeros
    │   ├── IndexMissing (LookupError)         no photo was ever prepared for it
    │   ├── IndexDamaged (ValueError)          its files are not what was written
    │   ├── ListingNotDescribed (LookupError)  a listing whose photo vopt does not know
    │   ├── OwnPhotoMissing (LookupError)      an own thing without a photo
    │   └── VectorsNotKept (OSError)           what describes photos cannot be written
    ├── ShopError (RuntimeError)               the seller's own business
    │   ├── ShopBusy (TimeoutError)            other writers take too long
    │   ├── ShopDamaged                        the database file is not whole
    │   ├── ShopNotWritten (OSError)           its disk is full, or nothing can be written there
    │   ├── ShopTooNew                         a later vopt changed the database's form
    │   ├── ShopUnreachable (ConnectionError)  the database server does not answer
    │   ├── UnknownPerson (LookupError)        nobody of that name
    │   ├── AccountMissing (LookupError)       a person whose Vinted account is not known
    │   │   ├── AccountUnclear                 she has several
    │   │   └── AccountOfAnother               it is somebody else's
    │   ├── UnknownReview (LookupError)        a question that is no longer open
    │   ├── NoSuchChoice (ValueError)          an answer that the question does not have
    │   ├── UnknownDuplicate (LookupError)     two that are no longer there, or not hers to decide
    │   ├── UnknownAccount (LookupError)       no account of that name
    │   ├── NotAllowed (PermissionError)       only an admin may do this
    │   ├── SignInError (PermissionError)      somebody is not let in
    │   │   ├── WrongPassword                  or nobody has this name: it is not told which
    │   │   ├── CodeNeeded                     the password is right, her second factor is missing
    │   │   ├── CodeWrong                      not its code, or one that was used
    │   │   ├── TooManyTries                   wrong ones; for a while none counts
    │   │   ├── SignInBusy (TimeoutError)      too many are being looked at
    │   │   ├── LinkUsed (LookupError)         a link that was used, is too old, or never was
    │   │   └── SignInOver (LookupError)       a session that ended, or is not hers to end
    │   ├── PasswordUnusable (ValueError)      too short, or one that others guess
    │   ├── CodeIsOn (ValueError)              her second factor is set up already
    │   ├── LastAdmin (ValueError)             nobody would be left who may change anything
    │   ├── NameTaken (ValueError)             somebody else is called so
    │   ├── AccountTaken (ValueError)          the account is somebody's already
    │   ├── NameUnusable (ValueError)          no letters, or too many
    │   ├── NotConfirmed (ValueError)          what she typed is not the name of whom she wants to erase
    │   ├── SecretsLost (LookupError)          the key that locked a password is gone
    │   ├── KeyringUnusable                    the system's own keyring is not there
    │   ├── ChangedMeanwhile                   somebody else changed the same thing
    │   ├── NotPossible (ValueError)           a sold thing cannot be reserved, and the like
    │   ├── NotAListingLink (ValueError)       what she pasted holds no address of a listing, or several
    │   ├── NumberTaken (ValueError)           another listing of the household has this number on Vinted
    │   │   └── NumberOfDeleted                one that she deleted
    │   ├── NotToPublish (ValueError)          a sold thing, or one that has another number on Vinted
    │   ├── NotHerCloset (PermissionError)     a closet of somebody who is not of her accounts
    │   ├── MailboxError                       her mailbox cannot be read
    │   │   ├── UnknownMailbox (LookupError)   none of that address is set
    │   │   ├── MailServerUnknown (LookupError)
    │   │   ├── MailServerSilent (ConnectionError)
    │   │   ├── MailServerUntrusted            its certificate is not good
    │   │   ├── MailServerWrong (ValueError)   it answers what no mail server should
    │   │   ├── MailFolderMissing (LookupError)
    │   │   ├── MailRefused (PermissionError)  address or password are wrong
    │   │   │   └── AppPasswordNeeded          or it must be one made for programs
    │   │   └── PasswordsNotTaken (PermissionError)  the provider lets in no program with a password
    │   ├── UnknownPhoto (LookupError)         no photo of hers
    │   ├── UploadTooBig (ValueError)          a file that is larger than what is taken
    │   ├── UploadNotKept (OSError)            a file that she dropped cannot be written
    │   ├── UploadGone (LookupError)           a file that she dropped is no longer there
    │   ├── UnknownParcel (LookupError)        no sale of hers that can be sent
    │   ├── LabelMissing (LookupError)         a parcel that has no label to print
    │   ├── LabelUnusable (ValueError)         a label that is no PDF, or one made to do harm
    │   ├── NotAPeriod (ValueError)            figures of days that are none
    │   ├── UnknownListing (LookupError)       not (any more) among those that she may see
    │   │   └── UnknownListingName             neither a number nor a code of hers
    │   ├── NoSuchAccount (LookupError)        no account of hers with that number
    │   ├── NothingToUndo (LookupError)        nobody did anything under that name
    │   └── NotWritable (ValueError)           what she wrote cannot be kept so
    │       ├── NoTitle
    │       ├── TextTooLong
    │       ├── NoDay                          no date
    │       ├── NoNumber
    │       ├── NoPriceChange                  neither a cut nor a raise
    │       ├── SkuTaken                       another thing has that code
    │       ├── PhotosEnough                   a listing shows no more than it has
    │       ├── PriceMissing                   nothing to raise or cut
    │       ├── PriceTooLow                    below the lowest that she allows
    │       └── SoldAlready                    its price stays what it was sold for
    ├── PhoneError (RuntimeError)              photos cannot come from her telephone
    │   ├── NoHomeNetwork (OSError)            this computer is in no home network
    │   ├── PhonePageTaken (PermissionError)   another telephone opened the page before
    │   ├── PhonePageOver (TimeoutError)       its time is over, or she closed it
    │   └── PhonePhotosEnough (ValueError)     as many photos as one code lets in
    ├── SegmentationMissing (LookupError)      no model that tells a thing from its background
    ├── SegmentationUnusable (ValueError)      its file is not such a model
    ├── PhotoError (ValueError)                the file of a photo cannot be used
    │   ├── PhotoUnreadable                    no photo, of no known kind, cut off or damaged
    │   ├── PhotoNotRead (OSError)             the disk does not give it
    │   ├── PhotoTooLarge                      more bytes or pixels than are ever decoded
    │   └── PhotosMissing (LookupError)        a folder without photos
    ├── ChecksBroken (RuntimeError)            a day could not be checked: no word on the day itself
    └── SqlError (RuntimeError)
        ├── NotOneSelect (ValueError)
        ├── SqlRefused (PermissionError)       it reaches for something outside the cage
        ├── SqlWrong (ValueError)              DuckDB cannot run it
        ├── SqlBusy (TimeoutError)             other people's queries take too long
        ├── SqlTooSlow (TimeoutError)
        └── SqlTooBig (MemoryError)
            └── SqlResultTooBig

An error carries its sentence (an English message id) and its facts; the edge renders it with
`Words.error`. `str(error)` is the English sentence, for logs.
"""

from __future__ import annotations

from typing import ClassVar

from vopt_lib.words import N_, Words


class VoptError(Exception):
    """Something a person can be told in one sentence, with what to do next."""

    message: ClassVar[str] = N_("Something went wrong: {what}")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(Words("en").say(self.message, **facts))

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.facts))


def _rebuild(kind: type[VoptError], facts: dict[str, object]) -> VoptError:
    return kind(**facts)


class SettingsError(VoptError, ValueError):
    message = N_("The setting {name} cannot be {value}: {why}. Change it in {where}.")


class SettingsFileDamaged(SettingsError):
    message = N_('{file} cannot be read: {why}. Write one setting per line there, for instance language = "it".')


class DataFolderUnusable(SettingsError, OSError):
    message = N_("vopt cannot keep its data in {folder}: {why}. Choose another folder with VOPT_DATA.")


class CannotWrite(VoptError, OSError):
    message = N_("{file} cannot be written: {why}. Choose another place with --output.")


class PhotoNotWritten(CannotWrite):
    message = N_("{file} cannot be written: {why}. Choose another folder with --to.")


class FileThere(CannotWrite, FileExistsError):
    message = N_("{file} is there already. Choose another name with --output, or replace it with --force.")


class FolderThere(FileThere):
    message = N_("{file} is there already, and nothing is replaced. Choose another name with --output.")


class FolderNotOurs(FileThere):
    message = N_(
        "In {folder} lies something that vopt did not write, and nothing is replaced. Choose another with --output."
    )


class AlreadyRunning(VoptError, RuntimeError):
    message = N_("{work} is already running (process {pid:d}). Wait for it to end, then try again.")


class UpRunning(AlreadyRunning):
    message = N_("vopt runs here already (process {pid:d}); its pages: {address} `vopt down` stops it.")


class ComputerBusy(AlreadyRunning):
    message = N_(
        "{work} is under way (process {pid:d}), and this computer does one heavy thing at a time. "
        "Wait for it to end, then try again."
    )


class ServiceError(VoptError, RuntimeError):
    message = N_("{service} does not run: {why}. Its log is {log}.")


class PortTaken(ServiceError, OSError):
    message = N_("Port {port:d} is used by another program. Choose another one with {setting}.")


class AddressNotOurs(ServiceError, OSError):
    message = N_(
        "This computer does not have the address {address}, so the pages cannot listen there. Set pages_host in "
        "vopt.toml to one that it has, or to 127.0.0.1."
    )


class AlertNotSent(VoptError, ConnectionError):
    message = N_("Alerts do not reach {channel}: {why}. `vopt alerts test` tries again.")


class SystemServiceError(VoptError, RuntimeError):
    message = N_("The system cannot look after vopt: {why}.")


class NoServiceManager(SystemServiceError, LookupError):
    message = N_(
        "This system has no `{program}`, so it cannot start vopt by itself. Start `vopt up` by hand, or let whatever "
        "starts programs here do it; `vopt service install --print` shows what it needs."
    )


class NoSuchService(SystemServiceError, LookupError):
    message = N_("There is nothing to remove: {file} is not there.")


class ProgramMissing(SystemServiceError, LookupError):
    message = N_("There is no program `vopt` in {folder}. Set up vopt again with `make`, then try once more.")


class NotInAFile(SystemServiceError, ValueError):
    message = N_("The path {path} holds a sign that no line can hold. Move vopt or its data to a folder without it.")


class ServiceFileChanged(SystemServiceError):
    message = N_(
        "{file} was changed since vopt wrote it, or is not vopt's, so nothing was done. Keep a copy of it if you need "
        "it, then say --force."
    )


class ServiceNotStarted(SystemServiceError):
    message = N_(
        "{file} is written, but the system does not start vopt: `{command}` says “{why}”. Log in on this computer's "
        "own screen and try again; until then start `vopt up` by hand."
    )


class TunnelError(VoptError, ValueError):
    message = N_("No tunnel can lead here: {why}.")


class NotAPublicName(TunnelError):
    message = N_(
        "“{name}” cannot be the address of your pages: {why}. Give a name of a domain of yours, such as "
        "vopt.example.org."
    )


class NotATunnel(TunnelError):
    message = N_("“{tunnel}” is no tunnel: give the number or the name that `cloudflared tunnel create` told.")


class NobodyHasAPassword(TunnelError, PermissionError):
    message = N_(
        "Nobody of your household has a password yet, so a tunnel would let everybody in. Start `vopt serve` and set "
        "yours with the link that it shows, then try again."
    )


class UnknownLog(VoptError, LookupError):
    message = N_("There is no log of “{name}”. Known: {known}.")


class QueryError(VoptError, ValueError):
    message = N_("This query cannot be asked: {why}.")


class RetiredFilter(QueryError):
    message = N_("Vinted silently ignores the old filter “{name}” since September 2026. Use “{instead}”.")


class UnknownTerm(QueryError, LookupError):
    message = N_("There is no {kind} called “{name}”. Near it: {near}.")


class AmbiguousSize(UnknownTerm):
    message = N_("The size “{name}” is a different one in each of these: {near}. Choose one with --catalog.")


class UnknownMarket(UnknownTerm):
    message = N_("Vinted has no country “{name}”. Known: {near}.")


class UnknownFollow(QueryError, LookupError):
    message = N_("There is no follow “{name}”. `vopt follow list` shows them.")


class AmbiguousFollow(UnknownFollow):
    message = N_("“{name}” may be {near}. Write a little more of it.")


class AlreadyFollowed(QueryError):
    message = N_("This is followed already, as “{name}”.")


class AsksForEverything(QueryError):
    message = N_("This would follow the whole of Vinted. Choose at least a catalogue, a brand or some words.")


class BadPrice(QueryError):
    message = N_("“{price}” is not a price range. Write it as 5-30, 5- or -30.")


class NoPrice(QueryError):
    """What she wrote into a field for a price is none."""

    message = N_("“{price}” is not a price. Write it as 12 or 12.50.")


class LinkAndWords(QueryError):
    message = N_("Give either a link or words such as --catalog and --brand, not both.")


class NotACatalogueLink(QueryError):
    message = N_(
        "“{link}” is not the address of a Vinted catalogue page. Copy it from the browser while you see the results."
    )


class NotAProfileLink(QueryError):
    message = N_(
        "“{link}” is neither the address of a Vinted profile nor a file. Open your profile on Vinted and copy the "
        "address from the browser: it holds /member/ and a number."
    )


class CollectingError(VoptError, RuntimeError):
    message = N_("Collecting failed: {why}.")


class ConsentNeeded(CollectingError, PermissionError):
    message = N_(
        "vopt has not been allowed to visit {host} yet. Read and accept the conditions once with `vopt consent`."
    )


class BudgetSpent(CollectingError):
    message = N_("The {limit} requests allowed per hour are used up. Collecting can go on at {until}.")


class ItemPagesSpent(BudgetSpent):
    message = N_("The {limit} pages of single listings allowed per hour are used up. They can go on at {until}.")


class RunBudgetSpent(BudgetSpent):
    message = N_("The {limit} requests allowed per run are used up. The next run goes on where this one stopped.")


class CollectingPaused(CollectingError):
    message = N_(
        "Collecting rests until {until}, because {host} asked us to stop ({why}). Nothing is lost; "
        "it goes on by itself."
    )


class DisallowedByRobots(CollectingError, PermissionError):
    message = N_("{host} asks programs not to visit {path} (robots.txt), so vopt does not.")


class ForeignAddress(CollectingError, PermissionError):
    message = N_("{url} does not belong to {host}, so vopt does not ask for it.")


class StateDamaged(CollectingError):
    message = N_(
        "vopt cannot read what it remembers in {path}. Restore that file, or delete it and wait a "
        "day before collecting."
    )


class SessionRefused(CollectingError, PermissionError):
    message = N_("{host} refused a fresh session (401). Try again tomorrow.")


class AccessRefused(CollectingError, PermissionError):
    message = N_("{host} refused access twice (403). Collecting rests until {until}.")


class Challenged(CollectingError, PermissionError):
    message = N_(
        "{host} showed a page for humans only ({kind}). vopt does not solve it; collecting rests until {until}."
    )


class RateLimited(CollectingError):
    message = N_("{host} asked to wait {seconds} seconds, longer than this run may last. Try again later.")


class QueryRejected(CollectingError, ValueError):
    message = N_(
        "{host} says that the query is wrong (400). This is a fault of vopt: please report it with the address {url}."
    )


class EndpointMoved(CollectingError, LookupError):
    message = N_(
        "The address {url} no longer exists (404). Vinted has moved it: update vopt, or set VOPT_VINTED_ITEMS_PATH."
    )


class PageGone(CollectingError, LookupError):
    message = N_("{url} is no longer there ({status:d}): the listing or its photo was taken down.")


class HomepageRefused(CollectingError):
    message = N_("{host} does not open a session now ({why}). Try again in an hour.")


class Unreachable(CollectingError, ConnectionError):
    message = N_("{host} cannot be reached ({why}). Check the connection; the next run goes on where this one stopped.")


class CertificateWrong(Unreachable):
    message = N_(
        "The connection to {host} cannot be trusted ({why}), so nothing was asked. Check the network and the clock."
    )


class NotAllCollected(CollectingError):
    message = N_("{failed} of {n} searches could not be collected. The page of data quality says why.")


class Interrupted(CollectingError):
    message = N_("Collecting “{name}” was interrupted. What it had collected is kept; the next run starts anew.")


class UnexpectedAnswer(CollectingError, ValueError):
    message = N_("{host} answered something that is not a catalogue: {why}.")


class NotJson(UnexpectedAnswer):
    message = N_("{host} answered with {what} instead of data. It may be blocking programs; try again later.")


class MissingItems(UnexpectedAnswer):
    message = N_(
        "{host} answered without a list of items: a refusal in disguise. Nothing was recorded as "
        "empty; try again later."
    )


class FrozenFeed(UnexpectedAnswer):
    message = N_("{host} repeats an old answer (from {since}). Nothing was counted as new or gone; try again later.")


class FilterIgnored(UnexpectedAnswer):
    message = N_(
        "{host} ignored the filter “{name}” ({share} of the listings do not fit). Nothing was recorded under it."
    )


class IngestError(VoptError, ValueError):
    message = N_("{file} cannot be read: {why}.")


class MarketMissing(IngestError):
    message = N_(
        "{file} does not say which country's Vinted it comes from. Say it with --market, for instance --market it."
    )


class TimeMissing(IngestError):
    message = N_(
        "{file} does not say when it was saved. Say it with --observed-at, for instance --observed-at 2026-09-19T10:00."
    )


class TimeToCome(IngestError):
    message = N_("{file} cannot have been saved on {at}: that is still to come. Say when with --observed-at.")


class NotAnAnswer(IngestError):
    message = N_("{file} is not a saved catalogue, wardrobe or item page of Vinted ({why}). Nothing was taken from it.")


class NotAnArchive(IngestError):
    message = N_("{file} is no zip file. Give the archive just as Vinted sent it, without unpacking it.")


class ArchiveDamaged(IngestError):
    message = N_("{file} is not whole: {why}. Download it again from the link in Vinted's e-mail.")


class ArchiveHostile(IngestError):
    message = N_("{file} was refused: {why}. Nothing was read. Download your archive again from Vinted.")


class NotATable(IngestError):
    message = N_("{file} cannot be read as a table: {why}. Save it as .xlsx or .csv and give that file.")


class TableHostile(IngestError):
    message = N_("{file} was refused: {why}. Nothing was read. Save your table anew as .csv and give that file.")


class HeadsAlike(IngestError):
    message = N_("Two columns of {file} are called “{name}”. Give one of them another name, then try again.")


class TitleMissing(IngestError, LookupError):
    message = N_(
        "vopt does not know which column of {file} is the title. Its columns: {known}. Say it, for instance with "
        "--map title={first}."
    )


class WrongMapping(IngestError):
    message = N_("“{text}” says of no column what it is: {why}. Write title=Nome,price=Prezzo. What there is: {known}.")


class WrongCondition(IngestError):
    message = N_("“{text}” does not say which rows to keep: write --where COLUMN=VALUE.")


class ColumnMissing(IngestError, LookupError):
    message = N_("There is no column “{column}” in this table. Did you mean “{near}”? Known: {known}.")


class PriceColumnMissing(IngestError, LookupError):
    message = N_(
        "vopt does not know which column of {file} is the price. Its columns: {known}. Say it, for instance with "
        "--map price={first}."
    )


class NothingToLearnFrom(IngestError, LookupError):
    message = N_(
        "vopt does not know which columns of {file} tell what a thing is. Its columns: {known}. Say it, for instance "
        "with --map title={first}."
    )


class KnownAfterwards(IngestError):
    message = N_(
        "“{column}” may not tell a price: likes, views and the like are only known when a thing has been on sale for "
        "a while, and yours has none yet. Leave this column out."
    )


class CurrenciesMixed(IngestError):
    message = N_(
        "{file} has prices in several currencies ({known}), which cannot be compared. Keep those in one of them, in a "
        "file of their own or with --where."
    )


class TableTooLong(IngestError):
    message = N_("{file} has more than {most} rows, the most that one run takes. Give a part of it.")


class TooFewPriced(IngestError):
    message = N_(
        "{file} has {n} things with a price, too few to learn from some and to judge by others: at least {least} are "
        "needed. Give a larger table."
    )


class NotLabels(IngestError):
    message = N_("{file} does not say what photos show: it needs the columns path and label, one photo in a row.")


class LabelledPhotoMissing(IngestError, LookupError):
    message = N_(
        "{file} names the photo “{photo}”, which is not in {folder}. Name another folder, or take out the row."
    )


class LabelledPhotoUnusable(IngestError):
    message = N_("The photo “{photo}” cannot be opened. Put a whole copy in its place, or take its row out of {file}.")


class TooFewPhotos(IngestError):
    message = N_("{file} names {n} photos, too few to judge likeness by: at least {least} are needed.")


class OneLabelOnly(IngestError):
    message = N_("All photos in {file} are called “{label}”: likeness can only be judged between different things.")


class FileDamaged(VoptError, ValueError):
    message = N_("{path} is damaged. Put back a copy of it, or move it away: vopt then forgets what it said.")


class PublishedDamaged(FileDamaged):
    message = N_(
        "{path} is damaged, so that nobody knows which figures to show. Nothing else is lost: remove it, then "
        "`vopt refine` puts the newest figures on the pages again."
    )


class BackupError(VoptError, RuntimeError):
    message = N_("This backup cannot be used: {why}.")


class NotABackup(BackupError, ValueError):
    message = N_("{file} is no backup of vopt: {why}. Nothing was changed. Give a file that `vopt backup` wrote.")


class BackupDamaged(NotABackup):
    message = N_("{file} is not whole: {why}. Nothing was changed. Take another copy of it, or an older backup.")


class BackupTooNew(NotABackup):
    message = N_("{file} was made by a newer vopt ({theirs}; this one is {ours}). Update vopt, then restore it.")


class DataInTheWay(BackupError, FileExistsError):
    message = N_(
        "{folder} holds data already ({what}). With --force it is put aside, into {aside}, and the backup takes its "
        "place."
    )


class VoptRuns(BackupError):
    message = N_("vopt is at work here ({what}). End it, then restore: nothing was changed.")


class NoRoom(BackupError, OSError):
    message = N_("{folder} has room for {free} MB, and {needed} MB are needed. Nothing was changed.")


class SettingsDiffer(BackupError):
    message = N_(
        "The settings in this backup keep the market or the shop elsewhere than here ({names}). Say where they shall "
        "be with these variables, then restore: nothing was changed."
    )


class ModelError(VoptError, RuntimeError):
    message = N_("The price model has a problem: {why}.")


class NotEnoughToLearn(ModelError, ValueError):
    message = N_("{found} things with a price are too few to learn from: at least {needed} are needed.")


class TooFewListings(ModelError, LookupError):
    message = N_(
        "Not enough evidence to learn prices on {market}: {found} of the listings can be learnt from, and {needed} are "
        "needed. Follow more there and collect it: `vopt follow add`, then `vopt collect`."
    )


class NothingToLearn(TooFewListings):
    message = N_(
        "There is no listing of {market} to learn prices from. Follow something there and collect it: "
        "`vopt follow add`, then `vopt collect`."
    )


class ModelDamaged(ModelError, ValueError):
    message = N_(
        "The price model {version} cannot be used: {why}. Train anew with `vopt train`, or go back to another one: "
        "`vopt models list` shows them."
    )


class ModelTooNew(ModelDamaged):
    message = N_(
        "The price model {version} was kept by another version of vopt ({theirs}). Train anew with `vopt train`, or "
        "use that vopt."
    )


class UnknownModel(ModelError, LookupError):
    message = N_("There is no price model “{version}”. `vopt models list` shows them.")


class ModelRefused(ModelError, ValueError):
    message = N_(
        "The price model {version} is not used. {why} It is kept aside: `vopt models use {version} --anyway` uses it "
        "all the same."
    )


class ModelNotKept(ModelError, OSError):
    message = N_(
        "The new price model cannot be kept in {folder}: {why}. The one in use stays. Make room, then try again."
    )


class ExtraMissing(VoptError, ImportError):
    message = N_(
        "{needed_by} needs the extra “{extra}”. Install it with `pip install 'vopt[{extra}]'`, or leave it out."
    )


class SchedulerUnreachable(VoptError, ConnectionError):
    message = N_(
        "No Dask scheduler answers at {address}. Start one there with `dask scheduler`, or leave out "
        "VOPT_DASK_SCHEDULER."
    )


class UnknownEmbedder(VoptError, LookupError):
    message = N_("vopt cannot compare photos with “{name}”. Known: {known}.")


class ClipError(VoptError, RuntimeError):
    message = N_("Photos cannot be compared with what words say of them: {why}.")


class VisionMissing(ClipError, ImportError):
    message = N_(
        "This needs the extra “vision”, which is not installed or does not load ({why}). Install it with "
        "`pip install 'vopt[vision]'`; the README says how."
    )


class WeightsMissing(ClipError, LookupError):
    message = N_(
        "The weights of {model} are not on this computer. Fetch them once with "
        "`vopt embed --model {model} --download`, or put them at {file}."
    )


class WeightsUnusable(ClipError, ValueError):
    message = N_("{file} cannot be used as weights of {model}: {why}. Remove it and fetch them again.")


class WeightsNotFetched(ClipError, ConnectionError):
    message = N_("The weights of {model} could not be fetched from {host}: {why}. Run the same command again.")


class WordsNotCompared(ClipError, LookupError):
    message = N_("{model} compares photos with photos only. To look for words, use `--model clip`.")


class AssistantError(VoptError, RuntimeError):
    message = N_("No language model answered: {why}.")


class AssistantUnreachable(AssistantError, ConnectionError):
    message = N_(
        "{backend} does not answer at {url}. Start it there, or tell where it is in vopt.toml; until then vopt does "
        "without."
    )


class AssistantRefused(AssistantError, PermissionError):
    message = N_("{backend} does not accept the key. Set the right one as `VOPT_OPENAI_KEY`.")


class ModelMissing(AssistantError, LookupError):
    message = N_(
        "{backend} has no model {model}. `vopt assistant pull {model}` fetches it, or choose another in vopt.toml."
    )


class ModelTooLarge(AssistantError, MemoryError):
    message = N_(
        "{model} needs more memory than there is where {backend} runs. Choose a smaller model in vopt.toml, or close "
        "other programs there."
    )


class AssistantTooSlow(AssistantError, TimeoutError):
    message = N_(
        "{model} did not finish within {seconds:.0f} seconds. Choose a smaller model, or more `VOPT_ASSISTANT_SECONDS`."
    )


class AssistantBusy(AssistantError, TimeoutError):
    message = N_("{backend} answers somebody else, and has for long. Try again in some minutes.")


class AnswerCutOff(AssistantError, ConnectionError):
    message = N_("{backend} broke off in the middle of its answer. Try again; what it logs tells why.")


class AnswerUseless(AssistantError, ValueError):
    message = N_("What {model} answered cannot be used: {why}. Try again, or choose another model.")


class AssistantFailed(AssistantError):
    message = N_("{backend} could not answer: {why}.")


class PullNotOffered(AssistantError, LookupError):
    message = N_("{backend} fetches no models: whoever runs it chooses them. Name one that it has.")


class NoAssistant(AssistantError, LookupError):
    message = N_("No language model is set. Tell where Ollama is by `VOPT_OLLAMA_URL`, then try again.")


class AllowanceSpent(AssistantError, PermissionError):
    message = N_(
        "Today's allowance of {n} tokens is used up. Until midnight vopt does without language models for you; whoever "
        "looks after vopt can allow more by `VOPT_ASSISTANT_TOKENS_A_DAY`."
    )


class NobodyAnswered(AssistantError):
    message = N_(
        "No language model gave an answer, of {n:d} that were asked. `vopt assistant status` tells how they are."
    )


class LikenessError(VoptError, RuntimeError):
    message = N_("Photos that are alike cannot be looked for: {why}.")


class ModelsDiffer(LikenessError, ValueError):
    message = N_(
        "These photos were described by {theirs}, and the ones to compare them with by {ours}: the two cannot be "
        "compared. Describe them by the same model with `vopt embed`."
    )


class VectorsUnusable(LikenessError, ValueError):
    message = N_("The description of a photo cannot be used: {why}. Describe the photos anew with `vopt embed`.")


class IndexMissing(LikenessError, LookupError):
    message = N_("No photo has been described by {model} yet. Describe them with `vopt embed --model {model}`.")


class IndexDamaged(LikenessError, ValueError):
    message = N_(
        "What vopt remembers of photos described by {model} cannot be read: {why}. `vopt embed` makes it anew, and "
        "loses nothing."
    )


class ListingNotDescribed(LikenessError, LookupError):
    message = N_(
        "vopt does not know the photo of listing {id:d}. `vopt embed` describes photos of listings, those seen last "
        "first; or give the photo itself."
    )


class OwnPhotoMissing(LikenessError, LookupError):
    message = N_("“{title}” has no photo that can be opened. Add one in your inventory, or give a photo itself.")


class VectorsNotKept(LikenessError, OSError):
    message = N_(
        "What describes photos cannot be kept in {folder}: {why}. Nothing is lost or half written. Make room or allow "
        "writing there, then run `vopt embed` again: it goes on from here."
    )


class ShopError(VoptError, RuntimeError):
    message = N_("Your shop has a problem: {why}.")


class ShopBusy(ShopError, TimeoutError):
    message = N_("Others have been changing your shop for {seconds} seconds. Try again in a moment.")


class ShopDamaged(ShopError):
    message = N_(
        "Your shop's file {file} is damaged: {why}. Nothing was changed. Put back a backup with `vopt restore`."
    )


class ShopNotWritten(ShopError, OSError):
    message = N_(
        "Your shop cannot be written to now: {why}. Nothing was changed, and nothing is lost. Make room on its disk, "
        "or see to it that you may write there; then try again."
    )


class ShopTooNew(ShopError):
    message = N_(
        "Your shop was opened by a newer vopt (its form is {form}, this vopt knows {known}). Nothing was changed. "
        "Update vopt."
    )


class ShopUnreachable(ShopError, ConnectionError):
    message = N_("The database on {host} does not answer: {why}. See whether it runs, and what VOPT_DATABASE_URL says.")


class UnknownPerson(ShopError, LookupError):
    message = N_("Nobody in your shop is called “{name}”. Those there are: {near}.")


class AccountMissing(ShopError, LookupError):
    message = N_(
        "vopt does not know {person}'s Vinted account yet. Say its login once with --account, for instance "
        "--account anna_rossi."
    )


class AccountUnclear(AccountMissing):
    message = N_("{person} has several Vinted accounts: {known}. Say which one this comes from with --account.")


class AccountOfAnother(AccountMissing):
    message = N_("The account “{login}” belongs to {person}. Say whose files these are with --person.")


class UnknownReview(ShopError, LookupError):
    message = N_("This question is no longer open. Look at the list again.")


class NoSuchChoice(ShopError, ValueError):
    message = N_("“{decision}” is no answer to this. Possible ones: {known}.")


class UnknownDuplicate(ShopError, LookupError):
    message = N_("These two no longer wait for an answer. Look at the list again.")


class UnknownAccount(ShopError, LookupError):
    message = N_("There is no account “{name}” in your shop. Those there are: {near}.")


class NotAllowed(ShopError, PermissionError):
    message = N_("Only an admin of your household may do this. Ask {admins}.")


class SignInError(ShopError, PermissionError):
    message = N_("You are not signed in. Sign in, then try again.")


class WrongPassword(SignInError):
    message = N_("This name and this password do not belong together. Try again, or ask an admin for a new link.")


class CodeNeeded(SignInError):
    message = N_("Enter the code that your app for second factors shows now, too.")


class CodeWrong(SignInError):
    message = N_("This is not the code of this moment, or it was used. Wait for the next one that your app shows.")


class TooManyTries(SignInError):
    """until (a fact): the moment from which tries count again."""

    message = N_("Too many wrong tries. Wait {wait}, then try again.")


class SignInBusy(SignInError, TimeoutError):
    message = N_("Too many people sign in at this moment. Try again in a minute.")


class LinkUsed(SignInError, LookupError):
    message = N_("This link was used already, or is too old. Ask an admin for a new one.")


class SignInOver(SignInError, LookupError):
    message = N_("This sign-in has ended. Look at the list again, or sign in anew.")


class PasswordUnusable(ShopError, ValueError):
    message = N_("This cannot be your password: {why}. Choose another one.")


class CodeIsOn(ShopError, ValueError):
    message = N_("Your second factor is on already. Switch it off first, with your password.")


class LastAdmin(ShopError, ValueError):
    message = N_("{name} is the only admin. Make somebody else an admin first.")


class NameTaken(ShopError, ValueError):
    message = N_("There is a “{name}” in your shop already. Choose another name.")


class AccountTaken(ShopError, ValueError):
    message = N_("The account “{name}” is in your shop already: it belongs to {person}. Move it, if that is wrong.")


class NameUnusable(ShopError, ValueError):
    message = N_("“{name}” cannot be a name: write 1 to {most} letters.")


class NotConfirmed(ShopError, ValueError):
    message = N_("You typed “{typed}” instead of “{name}”, so nothing was erased.")


class SecretsLost(ShopError, LookupError):
    message = N_("The key in {path} does not open your accounts' passwords. Bring back that file, or enter them anew.")


class KeyringUnusable(ShopError):
    message = N_(
        "The keys of your accounts' passwords belong in the system's keyring, which cannot be used: {why}. "
        "Set VOPT_KEY_PLACE to file, or repair it."
    )


class ChangedMeanwhile(ShopError):
    message = N_("Somebody else changed this in the meantime. Look at it again, then make your change.")


class NotAPeriod(ShopError, ValueError):
    message = N_("These days are no period. Write them as 2026-01-31, --from not after --to; or say --year alone.")


class NotPossible(ShopError, ValueError):
    message = N_("What is {now} cannot become {wanted}.")


class NotAListingLink(ShopError, ValueError):
    message = N_("{why} Open your new listing on Vinted, and copy its address: it holds /items/ and a number.")


class NumberTaken(ShopError, ValueError):
    message = N_("The listing {number:d} on Vinted is {which} already. Look whether you copied the right address.")


class NumberOfDeleted(NumberTaken):
    message = N_("The listing {number:d} on Vinted is {which}, which you deleted. Bring that one back instead.")


class NotToPublish(ShopError, ValueError):
    message = N_(
        "“{title}” cannot be marked as published: {why}. To offer the thing once more, list it again: that makes a new "
        "draft."
    )


class NotHerCloset(ShopError, PermissionError):
    message = N_(
        "This is the closet of “{login}”, which is none of your accounts. vopt takes in only your own; if it is yours, "
        "add the account first."
    )


class MailboxError(ShopError):
    message = N_("The mailbox {address} cannot be read: {why}.")


class UnknownMailbox(MailboxError, LookupError):
    message = N_(
        "vopt knows no mailbox “{address}”. `vopt mailbox list` shows those it knows, `vopt mailbox set` adds one."
    )


class MailServerUnknown(MailboxError, LookupError):
    message = N_(
        "vopt does not know the mail server of {address}. Name it, too: your provider's help calls it the server for "
        "incoming mail (IMAP)."
    )


class MailServerSilent(MailboxError, ConnectionError):
    message = N_("The mail server {host} does not answer ({why}). Check the connection and the server's name.")


class MailServerUntrusted(MailboxError):
    message = N_(
        "The connection to {host} cannot be trusted ({why}), so your password was not sent. Check the server's name, "
        "the network and the clock."
    )


class MailServerWrong(MailboxError, ValueError):
    message = N_(
        "The mail server {host} answered what no mail server should ({why}). vopt stopped reading; try again later."
    )


class MailFolderMissing(MailboxError, LookupError):
    message = N_("The mailbox {address} has no folder “{folder}”. Name it as your mail program shows it.")


class MailRefused(MailboxError, PermissionError):
    message = N_("{host} does not accept the password of {address}. Set the mailbox again, with the right one.")


class AppPasswordNeeded(MailRefused):
    message = N_(
        "{host} does not accept the password of {address}. Programs need a password of their own there: make an app "
        "password at {where} and set the mailbox again with it."
    )


class PasswordsNotTaken(MailboxError, PermissionError):
    message = N_(
        "{provider} no longer lets in programs with a password. Let its mails be forwarded to another mailbox, or save "
        "Vinted's mails as files and take those in."
    )


class UnknownPhoto(ShopError, LookupError):
    message = N_("This photo is not among yours.")


class UploadTooBig(ShopError, ValueError):
    message = N_("This file is larger than {megabytes} MB, the most that VOPT_UPLOAD_MAX_MB allows.")


class UploadNotKept(ShopError, OSError):
    message = N_("The file could not be kept: {why}. Nothing of it was taken in. Make room, then choose it again.")


class UploadGone(ShopError, LookupError):
    message = N_("This file is no longer here: it is kept for a day, and until it is taken in. Choose it again.")


class UnknownParcel(ShopError, LookupError):
    message = N_("There is no sale number {id:d} of yours to send. See what waits on your first page.")


class LabelMissing(ShopError, LookupError):
    message = N_("“{title}” has no label yet. It comes with Vinted's e-mail: take that in first.")


class LabelUnusable(ShopError, ValueError):
    message = N_("The label {name} cannot be printed: {why}. Open Vinted's e-mail and print it from there.")


class UnknownListing(ShopError, LookupError):
    message = N_("There is no listing with the number {id:d} in your shop. It may have been deleted.")


class UnknownListingName(UnknownListing):
    message = N_("There is no listing “{name}” in your shop: give its number, or the code of its thing such as A-0012.")


class NoSuchAccount(ShopError, LookupError):
    message = N_("There is no account with the number {id:d} in your shop.")


class NothingToUndo(ShopError, LookupError):
    message = N_("There is nothing to undo any more.")


class NotWritable(ShopError, ValueError):
    message = N_("This cannot be kept: {why}.")


class NoTitle(NotWritable):
    message = N_("Give it a title.")


class TextTooLong(NotWritable):
    message = N_("“{text}” is too long: at most {most} letters.")


class NoDay(NotWritable):
    message = N_("“{day}” is not a day. Write it as 20/11/2026 or 2026-11-20.")


class NoNumber(NotWritable):
    message = N_("“{number}” is not a whole number from 1 up.")


class NoPriceChange(NotWritable):
    message = N_("“{text}” is neither a cut nor a raise. Write it as -10% or +1.50.")


class SkuTaken(NotWritable):
    message = N_("Another thing has the code “{sku}” already. Choose another one, or leave it empty.")


class PhotosEnough(NotWritable):
    message = N_("It has {most:d} photos, and Vinted shows no more. Delete one first, then add the other.")


class PriceMissing(NotWritable):
    message = N_("It has no price yet.")


class PriceTooLow(NotWritable):
    message = N_("Its price would fall below the lowest that you allow.")


class SoldAlready(NotWritable):
    message = N_("It is sold: its price stays.")


class LakeError(VoptError, RuntimeError):
    message = N_("The data store has a problem: {why}.")


class UnknownTable(LakeError, LookupError):
    message = N_("No table “{name}”. Known: {known}.")


class ContractBroken(LakeError, ValueError):
    message = N_("What should go into {table} is not what that table holds: {why}. Nothing was written.")


class LakeBusy(LakeError, TimeoutError):
    message = N_("Another process has been writing {table} for {seconds} seconds. Try again when it has ended.")


class NothingPublished(LakeError, LookupError):
    message = N_("There is no published data yet. Start with `vopt demo`, `vopt ingest FILE` or `vopt follow add`.")


class LakeDamaged(LakeError):
    message = N_("A file of the market's tables is missing or cut off: {path}. Put back a backup with `vopt restore`.")


class LakeUnreachable(LakeError, ConnectionError):
    message = N_(
        "The market tables at {lake} cannot be reached: {why}. Check the network, the bucket and the AWS_ variables, "
        "then try again."
    )


class LakeKeptElsewhere(LakeError, PermissionError):
    message = N_(
        "Another computer ({computer}) collects and refines for {lake}. Do this there. If it is to be this one from "
        "now on, stop vopt on that one, remove {claim} and try again."
    )


class NotPublished(VoptError, RuntimeError):
    message = N_("Not published, because “{name}” could not be collected. What was there before stays visible.")


class TooManyRejects(NotPublished):
    message = N_("Not published, because {refused} of {met} rows were refused. What was there before stays visible.")


class BadDay(NotPublished):
    message = N_(
        "Not published, because the new figures contradict themselves ({why}): yesterday's figures stay. This is "
        "a fault of vopt: please report it."
    )


class PricesMissing(BadDay):
    message = N_(
        "{share} of today's listings have no price: yesterday's figures stay. Collect again later. If it stays "
        "so, Vinted writes prices in a new way: update vopt."
    )


class CurrencyChanged(BadDay):
    message = N_(
        "{share} of today's prices are in {found} instead of {expected}: yesterday's figures stay. Collect again "
        "later. If it stays so, Vinted takes you for a visitor from another country."
    )


class ListingsRepeated(BadDay):
    message = N_(
        "Vinted showed the same listings again and again today ({share} of them came more than once): yesterday's"
        " figures stay. Collect again later."
    )


class CatalogueVanished(BadDay):
    message = N_(
        "“{name}” finds nothing any more ({before} listings on {on}): yesterday's figures stay. Its category may "
        "have another name or place on Vinted now: look there, follow the new one and stop following this one."
    )


class CountsJumped(BadDay):
    message = N_(
        "“{name}” finds {listings} listings, after {before} on {on}: yesterday's figures stay. Collect again "
        "later. If it is so on Vinted too, `vopt refine --anyway` publishes it."
    )


class PricesJumped(BadDay):
    message = N_(
        "Prices of “{name}” stand at {share} of those of {on}: yesterday's figures stay. Collect again later. If "
        "it is so on Vinted too, `vopt refine --anyway` publishes it."
    )


class SegmentationMissing(VoptError, LookupError):
    message = N_(
        "No model that tells a thing from its background lies in {folder}. vopt fetches none by itself: put one there, "
        "for instance u2netp.onnx (5 MB); the README says where it is."
    )


class SegmentationUnusable(VoptError, ValueError):
    message = N_(
        "{file} cannot be used to tell a thing from its background: {why}. Put u2netp.onnx or another model of its "
        "family there; the README says where they are."
    )


class PhotoError(VoptError, ValueError):
    message = N_("This photo cannot be used: {why}.")


class PhotoUnreadable(PhotoError):
    message = N_("This photo cannot be opened: {why}. Save it anew as JPEG, PNG, WebP, AVIF or HEIC, or take it again.")


class PhotoNotRead(PhotoError, OSError):
    message = N_("This photo cannot be read: {why}. Check its name and its place, then try again.")


class PhotoTooLarge(PhotoError):
    message = N_("This photo is too large: at most {most} can be opened. Save a smaller copy as JPEG, then try again.")


class PhotosMissing(PhotoError, LookupError):
    message = N_("There are no photos in {folder}. Name the photos themselves, or another folder.")


class FormError(VoptError, ValueError):
    message = N_("This cannot be taken: {why}. Try again.")


class FormTooOld(FormError):
    message = N_("This form had been open for too long. Try again.")


class PasswordsDiffer(FormError):
    message = N_("The two passwords are not the same. Type the same one twice.")


class FactsError(VoptError, ValueError):
    message = N_("What you say of the thing cannot be understood: {why}.")


class NotAFact(FactsError):
    message = N_("“{text}” tells nothing of the thing. Write it as name=value, for instance brand=Zara.")


class UnknownFact(FactsError, LookupError):
    message = N_("Nothing of a thing is called “{name}”. Known: {known}.")


class InboxError(VoptError, ValueError):
    message = N_("This folder cannot become a draft: {why}.")


class InboxTooFull(InboxError):
    message = N_(
        "There are {n:d} photos here, and Vinted shows {most:d} of a thing. Leave the best ones, a folder a thing."
    )


class InboxPhotoUnusable(InboxError):
    message = N_("{file} cannot be used. {what} Or take it out; then put the folder into the inbox again.")


class InboxUnreadable(InboxError, OSError):
    message = N_("This folder cannot be read or moved: {why}. Allow vopt to write to the inbox and what is in it.")


class PhoneError(VoptError, RuntimeError):
    message = N_("Photos cannot come from your phone: {why}.")


class NoHomeNetwork(PhoneError, OSError):
    message = N_(
        "This computer has no address in a home network. Connect it to the Wi-Fi or the router that your phone uses, "
        "then try again."
    )


class PhonePageTaken(PhoneError, PermissionError):
    message = N_("Another phone or browser opened this page first. Ask vopt for a new code.")


class PhonePageOver(PhoneError, TimeoutError):
    message = N_("This page is closed. What arrived before is kept. Ask vopt for a new code to send more.")


class PhonePhotosEnough(PhoneError, ValueError):
    message = N_("{most:d} photos are here, as many as one code lets in. Ask vopt for a new code to send more.")


class ChecksBroken(VoptError, RuntimeError):
    message = N_(
        "vopt could not check the new figures ({what}), so yesterday's stay. This is a fault of vopt: please "
        "report it. `vopt refine --anyway` publishes them unchecked."
    )


class SqlError(VoptError, RuntimeError):
    message = N_("The query failed: {why}")


class NotOneSelect(SqlError, ValueError):
    message = N_("Write exactly one SELECT: {why}.")


class SqlRefused(SqlError, PermissionError):
    message = N_("This query reaches for something outside the published tables: {why}")


class SqlWrong(SqlError, ValueError):
    message = N_("The query cannot be run: {why}")


class SqlBusy(SqlError, TimeoutError):
    message = N_("Another query is still running, so this one has not begun. Try again in a moment.")


class SqlTooSlow(SqlError, TimeoutError):
    message = N_("The query was stopped after {seconds} seconds. Narrow it, for instance with WHERE or LIMIT.")


class SqlTooBig(SqlError, MemoryError):
    message = N_(
        "The query was stopped because it needed more than {megabytes} MB of memory. Narrow it, "
        "for instance with WHERE or LIMIT."
    )


class SqlResultTooBig(SqlTooBig):
    message = N_("The result is larger than {megabytes} MB. Narrow it, for instance with fewer columns or LIMIT.")
