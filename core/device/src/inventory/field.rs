//! What an inventory says of a device: the fields, and the headings under which systems
//! write them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that an inventory says of a device.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The number that the hospital put on it.
    AssetTag,
    /// The serial number that its maker gave it.
    Serial,
    /// The unique device identifier, with or without production identifiers.
    Udi,
    /// Addresses of its network interfaces.
    Mac,
    /// Its addresses in the network.
    Ip,
    /// Its name in the network.
    Hostname,
    /// Who made it.
    #[serde(rename = "manufacturer")]
    Maker,
    /// The model; name and number together where there are two columns.
    Model,
    /// What kind of thing it is.
    Description,
    /// The version of its software.
    #[serde(rename = "software_version")]
    Version,
    /// The revision of its hardware.
    HardwareRevision,
    /// The department or ward.
    Department,
    /// The site or building.
    Site,
    /// The room.
    Room,
    /// Who owns or answers for it.
    Owner,
    /// Whether it is in use.
    Status,
    /// The day it was put in use.
    #[serde(rename = "install_date")]
    Installed,
    /// The day it was received or bought.
    #[serde(rename = "received_date")]
    Received,
    /// The day it was made.
    #[serde(rename = "manufacture_date")]
    Manufactured,
    /// The day its maker stops supporting it.
    EndOfSupport,
    /// Whether it sustains life.
    LifeSustaining,
    /// Whether it holds protected health information.
    HoldsPhi,
    /// Whether it can be reached from other zones of the network.
    Reachable,
}

/// The headings of each field, without case, blanks and punctuation, the surest first.
///
/// Who supplies a device is mostly a dealer and not its maker; the version of an operating system
/// or of an app is not the device's, and a revision alone is as often the hardware's. Under such
/// a heading nothing is guessed: taken for maker or release, it would clear the device.
const HEADINGS: [(Field, &str); 23] = [
    (
        Field::AssetTag,
        "assettag tag tagnumber tagno assetnumber assetno assetid asset \
         equipmentid equipmentnumber equipmentno equipmenttag controlnumber \
         controlno cenumber biomednumber biomedtag biomedid inventorynumber \
         inventoryno inventoryid inventarnummer numerodeinventario noinventario \
         inventario numeroinventario entrynumber propertynumber ein \
         numerodinventaire numeroinventaire noinventaire ninventaire inventaire assettagnumber cetag cecontrolno gerätenummer anlagennummer \
         codeinventaire codedinventaire ndinventaire numerodimmobilisation \
         numeroimmobilisation immobilisation codigodeinventario codigoinventario \
         numerodeactivo activofijo nodeinventario ndeinventario ninventario placa \
         codiceinventario numerodinventario ninventario codiceapparecchiatura \
         inventarisnummer inventariscode apparaatnummer objectnummer activanummer \
         inventarnr inventar inventarnum gerätenr gerätekennung geräteid \
         equipmentnr anlagennr",
    ),
    (
        Field::Serial,
        "serialnumber serialno serialnum serial sn serialn seriennummer \
         numerodeserie numeroserie noserie nserie serie numerodeserieequipo \
         mfgrserialnumber manufacturerserialnumber deviceserialnumber \
         numerodeserie sernum serno \
         ndeserie nodeserie nodeserial numserie numeroserial numserial noserial ndeserial \
         numerodiserie numeroseriale numseriale seriale matricola nseriale \
         ndiserie serienummer serienr seriennr seriesnummer herstellernummer \
         fabriknummer fabrieksnummer",
    ),
    (
        Field::Udi,
        "udi udidi deviceidentifier uniquedeviceidentifier udinumber gtin \
         primarydi gs1gtin udicarrier udihri di \
         codigoudi codeudi codiceudi udicode udinummer",
    ),
    (
        Field::Mac,
        "mac macaddress macaddresses maclist macaddr ethernetaddress \
         hardwareaddress physicaladdress lanmac ethernetmac primarymac \
         macadresse direccionmac \
         adressemac indirizzomac macadres",
    ),
    (
        Field::Ip,
        "ip ipaddress ipaddresses iplist ipaddr ipv4 ipv4address primaryip \
         networkaddress ipadresse direccionip lastip ipv6 ipv6address \
         adresseip adresseipv4 indirizzoip ipadres direccionipv4",
    ),
    (
        Field::Hostname,
        "hostname host computername networkname dnsname fqdn devicename \
         nethostname \
         netzwerkname rechnername nomreseau nomdhote nombredehost nombredered \
         nomehost nomedirete hostnaam netwerknaam computernaam",
    ),
    (
        Field::Maker,
        "manufacturer manufacturername maker mfr mfg mfgr mfrname mfgname make \
         brand vendor vendorname hersteller fabricante marca fabricant oem \
         fabrikat gerätehersteller herstellername constructeur marque \
         fabricantedelequipo produttore fabbricante costruttore dittaproduttrice \
         fabrikant merk producent",
    ),
    (
        Field::Model,
        "model modelname modelnumber modelno modelid modelidname \
         modelidmodelnumber mfgmodel devicemodel modell modelo modele typ \
         mfgrequipmentname product productname devicetype type \
         modelnum mdl modeldescription gerät gerätetyp \
         modellbezeichnung modellnummer gerätemodell modelenumero \
         referenciadelmodelo modelodelequipo numerodemodelo modello numeromodello \
         modelnummer typenummer apparaattype modelnaam typedappareil tipo \
         tipodeequipo",
    ),
    (
        Field::Description,
        "description assetdescription equipmentdescription devicedescription \
         itemname equipmentname equipmentdevicename equipmentcategory \
         devicecategory category assetname bezeichnung descripcion equipo \
         nombre nomenclature umdns genericname devicesubcategory \
         shortdescription \
         desc designation libelle typeappareil gerätebezeichnung geräteart itemdescription \
         beschreibung gerätebeschreibung benennung gerätename appareil equipement libelledelequipement \
         denomination descripciondelequipo nombredelequipo denominacion \
         descrizione apparecchiatura denominazione tipologia omschrijving \
         benaming apparaatnaam apparaatsoort apparaat apparaatomschrijving",
    ),
    (
        Field::Version,
        "softwareversion swversion version firmwareversion firmware fwversion \
         software softwarerev softwarerevision swrev softwareorfirmwareversion \
         softwarefirmware release \
         versiondesoftware \
         fwrev firmwarerev firmwarerevision swver fwver softwarever firmwarever ver swlevel softwarelevel fwlevel logiciel versionlogiciel versionlogicielle microprogramme softwarestand softwareversionen \
         sw versiondulogiciel versionfirmware versiondefirmware versionsoftware \
         versionedelsoftware versionesoftware versionefirmware versione \
         softwareversie firmwareversie versie firmwarestand softwarestände \
         swstand fwstand swversionsstand versionsstand versionsnummer \
         programmversion \
         revisionlogicielle versionduprogramme versiondumicrologiciel \
         versiondelsoftware versiondelfirmware versiondeprograma",
    ),
    (
        Field::HardwareRevision,
        "hardwarerevision hardwareversion hwrevision hwversion hwrev \
         hardwarerev boardrevision \
         hardwarestand revisionmaterielle versionmateriel versiondehardware \
         revisiondehardware versionehardware revisionehardware hardwareversie \
         hardwarerevisie",
    ),
    (
        Field::Department,
        "department dept departmentname ward unit costcenter costcentre \
         costcentername clinic service abteilung station departamento servicio \
         unidad owningdepartment usingdepartment businessunit \
         kostenstelle fachabteilung unitefonctionnelle uf departement pole area \
         unidadfuncional reparto unitaoperativa dipartimento servizio afdeling \
         kostenplaats",
    ),
    (
        Field::Site,
        "site sitename facility facilityname building campus hospital \
         locationsite standort sede centro edificio location locationname \
         ubicacion emplacement company organization organisation region \
         klinik gebäude betriebsstätte etablissement batiment hopital presidio \
         ospedale stabilimento plesso vestiging gebouw ziekenhuis locatie",
    ),
    (
        Field::Room,
        "room roomnumber roomno roomname locationroom sublocation locationlabel \
         bay raum zimmer sala habitacion locationdetail \
         raumnummer raumnr salle piece chambre local numerodesala stanza \
         ambulatorio locale kamer kamernummer ruimte",
    ),
    (
        Field::Owner,
        "owner ownername assignedto custodian responsible managedby ownedby \
         assetowner equipmentowner verantwortlich propietario responsable \
         username checkedouttousername \
         betreiber eigentümer proprietaire detenteur proprietario responsabile \
         eigenaar beheerder verantwoordelijke",
    ),
    (
        Field::Status,
        "status assetstatus equipmentstatus operationalstatus installstatus \
         hardwarestatus usestatus devicestatus state lifecyclestatus estado \
         zustand \
         etat statut stato staat toestand gerätestatus",
    ),
    (
        Field::Installed,
        "installdate installationdate dateinstalled installed inservicedate \
         acceptancedate dateinservice commissioningdate fechadeinstalacion \
         datedinstallation datemiseenservice inbetriebnahme \
         installationsdatum inbetriebnahmedatum datumderinbetriebnahme \
         datedemiseenservice dateinstallation fechapuestaenservicio \
         fechadepuestaenservicio fechadepuestaenmarcha fechainstalacion \
         datainstallazione datadiinstallazione datacollaudo datadicollaudo \
         ingebruikname datumingebruikname ingebruiknamedatum installatiedatum",
    ),
    (
        Field::Received,
        "receiveddate datereceived received acquisitiondate acquiredat acquired \
         purchasedate purchased datepurchased dateofpurchase deliverydate \
         fechadecompra kaufdatum \
         dateachat datedachat anschaffungsdatum \
         lieferdatum beschaffungsdatum datedacquisition datedereception \
         datereception fechadeadquisicion fechaadquisicion fechacompra \
         fechaderecepcion datacquisto dataacquisto datadacquisto datadiacquisto \
         dataconsegna aankoopdatum aanschafdatum leverdatum",
    ),
    (
        Field::Manufactured,
        "manufacturedate manufacturingdate dateofmanufacture manufactured \
         datemanufactured productiondate builddate herstellungsdatum \
         fechadefabricacion mfgdate \
         produktionsdatum datedefabrication datefabrication fechafabricacion \
         datafabbricazione datadifabbricazione datadiproduzione productiedatum \
         fabricagedatum",
    ),
    (
        Field::EndOfSupport,
        "endofsupport endofsupportdate eosdate eos supportends supportuntil \
         endoflife endoflifedate eoldate eol asseteoldate endofservice \
         supportende supportbis endedessupports findesupport findusupport \
         datefinsupport findesoporte fechafinsoporte finesupporto finedelsupporto \
         eindeondersteuning eindesupport",
    ),
    (
        Field::LifeSustaining,
        "lifesustaining lifesupport lifesupporting lifecritical \
         lifesustainingdevice \
         lebenserhaltend supportvital maintienenvie soportevital supportovitale \
         levensondersteunend",
    ),
    (
        Field::HoldsPhi,
        "holdsphi phi ephi containsphi storesphi phistored holdsephi \
         containsephi patientdata \
         patientendaten donneespatient datosdepaciente datospaciente datipaziente \
         patientgegevens",
    ),
    (
        Field::Reachable,
        "reachable reachablefromotherzones internetfacing exposed \
         networkexposed externallyreachable",
    ),
];

/// What the cells of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    Date,
    Udi,
    Macs,
    Ips,
    Said,
}

impl Field {
    /// Every field; the first of those that know a heading gets it.
    pub const ALL: [Self; 23] = [
        Self::AssetTag,
        Self::Serial,
        Self::Udi,
        Self::Mac,
        Self::Ip,
        Self::Hostname,
        Self::Maker,
        Self::Model,
        Self::Description,
        Self::Version,
        Self::HardwareRevision,
        Self::Department,
        Self::Site,
        Self::Room,
        Self::Owner,
        Self::Status,
        Self::Installed,
        Self::Received,
        Self::Manufactured,
        Self::EndOfSupport,
        Self::LifeSustaining,
        Self::HoldsPhi,
        Self::Reachable,
    ];

    /// The name of the field in a mapping, and its heading in what we write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssetTag => "asset_tag",
            Self::Serial => "serial",
            Self::Udi => "udi",
            Self::Mac => "mac",
            Self::Ip => "ip",
            Self::Hostname => "hostname",
            Self::Maker => "manufacturer",
            Self::Model => "model",
            Self::Description => "description",
            Self::Version => "software_version",
            Self::HardwareRevision => "hardware_revision",
            Self::Department => "department",
            Self::Site => "site",
            Self::Room => "room",
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Installed => "install_date",
            Self::Received => "received_date",
            Self::Manufactured => "manufacture_date",
            Self::EndOfSupport => "end_of_support",
            Self::LifeSustaining => "life_sustaining",
            Self::HoldsPhi => "holds_phi",
            Self::Reachable => "reachable",
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    pub(super) const fn content(self) -> Content {
        match self {
            Self::Udi => Content::Udi,
            Self::Mac => Content::Macs,
            Self::Ip => Content::Ips,
            Self::Installed
            | Self::Received
            | Self::Manufactured
            | Self::EndOfSupport => Content::Date,
            Self::LifeSustaining | Self::HoldsPhi | Self::Reachable => Content::Said,
            _ => Content::Text,
        }
    }

    /// Headings without case, blanks and punctuation, the surest first.
    pub(super) fn headings(self) -> &'static str {
        HEADINGS.iter().find(|(field, _)| *field == self).map_or("", |(_, words)| words)
    }

    /// Headings that stand for a field only where nothing surer does.
    pub(super) const fn last_resorts(self) -> &'static str {
        match self {
            Self::AssetTag => "deviceid hostname devicename sysid id number name",
            _ => "",
        }
    }

    /// Whether two columns are one field: a model's name and its number.
    pub(super) fn takes_two(self, heading: &str) -> bool {
        match self {
            Self::Model | Self::Description => matches!(
                heading,
                "model"
                    | "modelname"
                    | "modelnumber"
                    | "modelno"
                    // `Gerät;Typ`: which of them is the model, each house does otherwise.
                    | "gerät"
                    | "description"
                    | "assetdescription"
                    | "itemname"
                    | "equipmentname"
                    | "equipmentdescription"
                    | "category"
            ),
            // A device may have several addresses, and a UDI may stand beside its DI.
            Self::Mac | Self::Ip => true,
            _ => false,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A heading without case, blanks and punctuation, nor the accents of the languages in which
/// headings are known; `ä`, `ö` and `ß` are letters of their own in words of the list.
pub(super) fn heading_folded(heading: &str) -> String {
    let plain = |c: char| match c {
        'â' | 'Â' | 'ã' | 'Ã' | 'À' => 'a',
        'ê' | 'Ê' | 'ë' | 'Ë' | 'È' => 'e',
        'ì' | 'î' | 'ï' | 'Ì' | 'Î' | 'Ï' => 'i',
        'ò' | 'ô' | 'õ' | 'Ò' | 'Ô' | 'Õ' => 'o',
        'ù' | 'û' | 'Ù' | 'Û' | 'Ü' => 'u',
        'ç' | 'Ç' => 'c',
        'ñ' | 'Ñ' => 'n',
        other => other,
    };
    folded(&heading.chars().map(plain).collect::<String>())
}

/// A name without case, blanks and punctuation.
pub(super) fn folded(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            'á' | 'Á' | 'à' => Some('a'),
            'é' | 'É' | 'è' => Some('e'),
            'í' | 'Í' => Some('i'),
            'ó' | 'Ó' | 'º' => Some('o'),
            'ú' | 'Ú' | 'ü' => Some('u'),
            '#' => Some('n'),
            other if other.is_alphanumeric() => other.to_lowercase().next(),
            _ => None,
        })
        .collect()
}
